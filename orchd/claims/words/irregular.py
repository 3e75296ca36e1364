"""Forms that no ending betrays: for each word, the forms that stand for it. All without accents."""

from orchd.claims.words.language import Language

_FORMS: dict[Language, str] = {
    "en": """
        begin began begun; break broke broken; bring brought; build built; buy bought; catch caught; choose chose chosen
        come came; cost costs; cut cuts cutting; deal dealt; draw drew drawn; drink drank drunk; drive drove driven
        eat ate eaten; fall fell fallen; feed fed; feel felt; fight fought; find found; flee fled; fly flew flown
        forbid forbade forbidden; forget forgot forgotten; freeze froze frozen; get got gotten getting; give gave given
        go went gone goes going; grow grew grown; hang hung; hear heard; hide hid hidden; hit hits hitting; hold held
        hurt hurts; keep kept; know knew known; lay laid; lead led leading leads; leave left leaving leaves; lend lent
        lose lost losing loss losses; make made making maker makers; mean meant; meet met; pay paid; put puts putting
        ride rode ridden; ring rang rung; rise rose risen rising; run ran running runner runners;
        see saw seen; seek sought;
        sell sold sale sales; send sent; set sets setting; shake shook shaken; shine shone; shoot shot shots; show shown
        shrink shrank shrunk; shut shuts; sing sang sung; sink sank sunk; sit sat; sleep slept; slide slid
        speak spoke spoken; spend spent; spread spreads; stand stood; steal stole stolen; stick stuck
        strike struck; swear swore sworn; sweep swept; swim swam swum; take took taken taking; teach taught
        tear tore torn; tell told; think thought; throw threw thrown; understand understood; wake woke woken
        wear wore worn; win won winner winners winning; write wrote written writing writer writers; bear born birth
        die died dies dying death deaths dead; child children; man men; woman women; foot feet;
        mouse mice; person people;
        life lives; wife wives; half halves; leaf; city cities; country countries; good better best well;
        bad worse worst;
        late later latest; high higher highest height; long longer longest length; wide wider width; deep deeper depth
        strong stronger strength; old older oldest elder; young younger; use used using user users useful usage
        choice choices choose; proof proofs prove proved proven; belief believe; growth grow; weight weigh
        flight fly; speech speak; song sing; food feed; thought think; analysis analyses analyse analyze
        move movement moved moving; free freely; number numbers; order orders ordered; former formerly; water waters
        hot heat heated; marry married marriage; apply applied application applies; supply supplied supplies;
        describe described description; receive received receipt; decide decided decision; destroy destroyed destruction
        produce produced production product; reduce reduced reduction; explain explained explanation;
        permit permitted permission
        admit admitted admission; divide divided division; extend extended extension; invade invaded invasion
        expand expanded expansion; include included including inclusion; conclude concluded conclusion
        fail failed failure failures fails; succeed succeeded success successful; survive survived survival survivor
        approve approved approval; arrive arrived arrival; propose proposed proposal proposals; refuse refused refusal
        resign resigned resignation; fly flies; study studied studies studying; carry carried carries; try tried tries
        bury buried burial; vary varied varies variety; easy easier easily ease; heavy heavier; early earlier earliest
        large larger largest; big bigger biggest; small smaller smallest; great greater greatest; short shorter
        low lower lowest; near nearer nearest; far farther further; few fewer fewest; long longer; cheap cheaper
        member members; owner owners own; power powers powerful; tower towers; winter winters; summer summers
        letter letters; matter matters; paper papers; center centre central; theater theatre; meter metre
        color colour; labor labour; harbor harbour; defense defence; license licence; program programme
        percent percentage; data datum; criterion criteria; phenomenon phenomena; bacterium bacteria
    """,
    "pt": """
        fazer faz fazem fez fizeram feito feita feitos feitas fazia fara; dizer diz dizem disse disseram dito dita
        ver ve veem viu viram visto vista; vir vem vieram veio vindo vinda; dar deu deram dado da dao
        trazer traz trouxe trouxeram; por poe puseram pos posto posta postos postas pusesse; pedir pede pediu pedido
        saber sabe soube souberam; querer quer quis quiseram; caber cabe cabem coube couberam; ir vai foi vao
        perder perde perdeu perdeu perda perdas perco; nascer nasce nasceu nascido nascida nascimento nasceram
        morrer morre morreu morto morta morte mortes morreram mortos; vender vende vendeu venda vendas vendido vendida
        ganhar ganha ganhou ganho ganhos ganhador; vencer vence venceu vencedor vencedora vitoria vencido
        escrever escreveu escrito escrita escritos escritor escritora escreve; abrir abre abriu aberto aberta abertos
        cobrir cobriu coberto coberta cobertura; romper rompeu roto; pagar paga pagou pago paga pagos pagamento
        gastar gastou gasto gasta; eleger elegeu eleito eleita eleitos eleicao eleicoes; entregar entregou entregue
        produzir produz produziu producao produto; reduzir reduz reduziu reducao; conduzir conduz conduziu conducao
        construir construiu constroi construcao construido construida; destruir destruiu destroi destruicao
        incluir inclui incluiu inclusao; concluir conclui concluiu conclusao; decidir decidiu decisao decide
        cair cai caiu queda quedas cairam; sair sai saiu saida sairam; subir sobe subiu subida subiram
        pessoa pessoas; homem homens; mulher mulheres; maior maiores; menor menores; melhor melhores; pior piores
        bom boa bons boas; mau ma maus mas; voo voar; viver vive viveu vida vidas; crescer cresce cresceu crescimento
        chover chove choveu chuva chuvas; permitir permite permitiu permissao permitido; escolher escolheu escolha
        receber recebe recebeu recibo; descrever descreveu descrito descricao; propor propos proposta propostas proposto
        manter mantem manteve mantido; obter obtem obteve obtido; conter contem continha conteve; deter detem deteve
        servir serve serviu servico; seguir segue seguiu; sentir sente sentiu; medir mede mediu medida medicao
        dormir dorme dormiu; exigir exige exigiu exigencia; fugir foge fugiu fuga; ler le leu lido leitura
        crer cre creu crenca; rir riu riso; aceitar aceito aceita aceitou; prender prendeu preso presa prisao
        suspender suspendeu suspenso suspensao; expandir expandiu expansao; dividir dividiu divisao
        falhar falha falhou falhas; proibir proibe proibiu proibido proibicao; alto alta altura altos; largo largura
        comprido comprimento; profundo profundidade; cor cores; luz luzes; vez vezes; mes meses; pais paises
    """,
}


def _by_form(text: str) -> dict[str, str]:
    """Return form → word; a form of two words goes with the one named first."""
    found: dict[str, str] = {}
    for group in text.replace("\n", ";").split(";"):
        forms = group.split()
        for form in forms:
            found.setdefault(form, forms[0])
    return found


IRREGULAR: dict[Language, dict[str, str]] = {language: _by_form(text) for language, text in _FORMS.items()}
"""Form → the word it stands for."""
