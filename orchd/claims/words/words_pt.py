"""Portuguese words that say nearly the same, and that say the opposite; written as in `words_en`."""

GROUPS = """

    começar iniciar principiar abrir inaugurar lançar / terminar acabar encerrar concluir finalizar fechar cessar parar;
    abrir inaugurar destrancar / fechar trancar; comprar adquirir obter aquisição / vender ceder;
    dar doar conceder entregar ofertar / receber ganhar aceitar tomar obter;
    aumentar crescer subir elevar ampliar alta aumento crescimento / diminuir cair reduzir baixar encolher queda
    recuo perda recuar;
    mais acima superior além exceder ultrapassar / menos abaixo inferior; maioria / minoria;
    máximo teto limite / mínimo; grande enorme vasto amplo extenso / pequeno minúsculo reduzido;
    alto elevado altitude / baixo; longo comprido extenso / curto breve; largo amplo / estreito; fundo profundo / raso;
    pesado peso / leve; quente aquecer calor esquentar / frio esfriar gelar gelado; forte poderoso / fraco;
    rápido veloz depressa / lento devagar; cedo / tarde; velho antigo idoso / novo recente moderno jovem;
    primeiro inicial original inaugural / último final derradeiro;
    seguinte próximo posterior subsequente / anterior prévio; antes previamente / depois após posteriormente;
    dentro interior / fora exterior; acima sobre / abaixo sob; norte setentrional / sul meridional;
    leste oriental / oeste ocidental; esquerda / direita; frente diante / trás atrás;
    perto próximo vizinho / longe distante; vivo viver sobreviver / morto morrer matar falecer; nascer / morrer falecer;
    macho homem masculino / fêmea mulher feminino; marido esposo / esposa; irmão / irmã; pai / mãe; filho / filha;
    rei / rainha; pais / filhos; professor ensinar lecionar docente / aluno estudante aprender;
    patrão empregador / empregado; proprietário dono locador / inquilino locatário; médico doutor / paciente;
    vencer ganhar derrotar bater vitória vencedor campeão / perder derrota derrotado;
    sucesso êxito / fracasso falha fracassar falhar;
    permitir autorizar deixar poder liberar / proibir vedar impedir vetar bloquear;
    aceitar aprovar concordar acatar / rejeitar recusar negar reprovar; apoiar favor defender / contra opor combater;
    incentivar estimular / desestimular; recomendar aconselhar sugerir / desaconselhar;
    incluir conter abranger compor reunir / excluir exceto omitir;
    adicionar acrescentar juntar somar adição / remover retirar tirar subtrair;
    colocar pôr botar inserir / tirar retirar remover; ligar conectar unir / desligar desconectar separar;
    ligar acender ativar acionar / desligar apagar desativar; aparecer surgir / desaparecer sumir;
    chegar vir / sair partir deixar; entrar ingressar acessar entrada / sair saída; importar / exportar;
    verdadeiro correto certo exato / falso errado incorreto; possível / impossível;
    seguro / perigoso inseguro arriscado nocivo; comum frequente habitual usual / raro incomum;
    sempre constantemente / nunca jamais; frequentemente geralmente / raramente; todo cada inteiro ambos / nenhum;
    todo / algum; alguém / ninguém; tudo / nada; muito vários diversos numerosos / pouco; cheio lotado / vazio;
    público / privado particular; legal lícito / ilegal ilícito; rico / pobre; barato / caro;
    fácil simples / difícil complicado complexo; bom positivo favorável / mau ruim negativo;
    melhor melhorar aprimorar / pior piorar; benefício vantagem / dano prejuízo desvantagem;
    lucro ganho sobra / prejuízo perda; receita faturamento arrecadação / despesa gasto custo; atacar / defender;
    culpado condenar / inocente absolver;
    obrigatório exigido necessário dever precisar / facultativo opcional voluntário;
    precisar necessitar exigir requerer / dispensar; temporário provisório / permanente definitivo; lembrar / esquecer;
    empurrar / puxar; cru / cozido; seco / molhado úmido; limpo / sujo; dia diurno / noite noturno; manhã / noite;
    tarde / manhã; verão / inverno; primavera / outono; urbano cidade / rural campo;
    nacional interno / estrangeiro internacional exterior; ativo / inativo; visível / oculto invisível escondido;
    presente comparecer / ausente faltar; presente atual hoje agora atualmente / passado;
    suceder seguir / preceder anteceder; causar provocar gerar produzir motivar / impedir evitar prevenir;
    porque causa devido graças razão pois; manual / automático automaticamente sozinho; automaticamente sozinho própria;
    contratar admitir / demitir dispensar; construir erguer edificar construção obra / demolir destruir derrubar;
    destruir arruinar demolir devastar; consertar reparar arrumar restaurar / quebrar estragar danificar;
    estragar danificar prejudicar dano avariar; autor escritor romancista escrever;
    criar fazer produzir elaborar desenvolver estabelecer; projetar planejar desenhar projeto arquiteto;
    inventar criar desenvolver inventor; fundar criar estabelecer fundador fundação instituir;
    descobrir achar encontrar identificar descoberta detectar; localizar encontrar situar ficar achar;
    mostrar exibir apresentar revelar indicar demonstrar expor;
    indicar sinalizar significar avisar mostrar apontar assinalar;
    dizer afirmar declarar informar relatar contar comunicar explicar anunciar; anunciar divulgar declarar comunicar;
    avisar alertar advertir aviso; pensar achar acreditar considerar crer; esperar prever projetar aguardar;
    prever esperar projetar prevista marcar; planejar pretender querer; marcar agendar prever programar;
    propor sugerir proposta autor; votar voto votação; eleger escolher votar; escolher selecionar optar preferir;
    nomear designar indicar; liderar dirigir chefiar comandar encabeçar conduzir; chefe líder diretor presidente;
    dirigir administrar gerir cuidar; organizar cuidar arrumar promover preparar; assumir ocupar tomar;
    funcionar operar rodar trabalhar; trabalhar atuar emprego trabalho; empregado funcionário trabalhador pessoal;
    pessoa habitante morador indivíduo gente; habitante morador população; morar viver residir habitar;
    ficar permanecer continuar manter; continuar permanecer seguir; manter conservar guardar preservar reter;
    guardar armazenar salvar gravar conservar; gravar salvar registrar guardar; apagar excluir deletar eliminar remover;
    perder perda; mudar alterar modificar variar trocar mudança alteração; trocar substituir mudar;
    substituir trocar suceder lugar; mover deslocar transferir; levar carregar transportar trazer entregar;
    enviar mandar remeter envio; durar levar demorar; usar utilizar empregar uso consumir; consumir comer beber usar;
    beber tomar consumir álcool alcoólico; tomar ingerir beber; gastar pagar custar;
    pagar custear financiar bancar verba; financiar custear bancar patrocinar; verba dinheiro recurso orçamento;
    custo preço valor taxa; taxa tarifa cobrança multa; aluguel locação alugar; contrato acordo;
    empresa companhia firma fabricante; empresa cooperativa grupo; fabricante fabricar produzir produtor fazer;
    fábrica usina; loja comércio; casa lar residência moradia; apartamento unidade; prédio edifício construção;
    sala salão quarto; rua via avenida estrada; estrada rodovia via; carro automóvel veículo; trem ferrovia locomotiva;
    navio barco embarcação; avião aeronave; viajar viagem; andar caminhar pé; cidade município localidade;
    vila povoado aldeia; país nação; região área distrito zona; superfície área tamanho; mar oceano; rio curso;
    nascer brotar; desaguar desembocar; monte morro serra montanha pico colina; pico cume topo culminante ponto;
    praia costa litoral; fronteira divisa limite; separar dividir; floresta mata bosque; animal bicho; pássaro ave;
    cachorro cão; gato felino; planta cultivar plantar; plantar cultivar produzir; criar criação rebanho;
    comida alimento refeição prato; cozinhar assar ferver preparar fogo; misturar mexer; cortar fatiar picar dividir;
    deixar permitir; descansar repousar; tampa cobrir fechar tampar; fechar tapar tampar; panela pote;
    remédio medicamento fármaco; comprimido pílula; dose dosagem quantidade; doença enfermidade mal; doente enfermo;
    tratar tratamento curar; aliviar amenizar; efeito impacto consequência resultado; afetar influenciar;
    indicar recomendar; criança menor; bebê recém-nascido; família parente; amigo companheiro; colega companheiro;
    rival adversário concorrente; jogo partida; jogador atleta; time equipe; gol marcar;
    competição torneio campeonato prova corrida maratona; título campeonato taça; técnico treinador;
    torcedor espectador público; ver assistir enxergar olhar; participante corredor competidor; largar partir começar;
    completar concluir terminar; abandonar desistir largar; parte porção trecho pedaço fração; dobro duplicar dobrar;
    número quantidade total; total soma; cerca aproximadamente quase torno; quase praticamente;
    só apenas somente unicamente exclusivamente único; especialmente principalmente sobretudo; também além ainda;
    igual mesmo idêntico; diferente distinto outro; parecido semelhante similar; problema defeito falha erro;
    erro falha engano; falhar errado erro; resolver solucionar; publicar lançar editar sair edição;
    livro obra volume romance; romance ficção livro; poema verso; imagem foto fotografia; pintar pintor; canção música;
    compositor compor; peça espetáculo; estreia estrear; estudo pesquisa investigação análise;
    estudar pesquisar investigar analisar; pesquisador cientista; biólogo cientista; teste exame prova;
    verificar conferir checar auditar; medir aferir; contar contagem; resultado conclusão; computador máquina;
    aparelho dispositivo equipamento máquina; programa software aplicativo; arquivo documento; pasta diretório;
    cópia backup duplicata segurança; configuração opção ajuste; usuário cliente; cliente consumidor;
    rede internet conexão; restaurar restabelecer; atualizar atualização; versão edição; função recurso;
    mensagem recado; alerta aviso alarme; lei regra norma regulamento regimento; vigor valer vigorar; juiz tribunal;
    crime delito; prisão cadeia; guerra conflito batalha; exército tropa; soldado militar; matar assassinar;
    governo administração gestão; prefeito prefeitura; ministro ministério; reunião sessão assembleia encontro;
    presente comparecer; conselho comissão comitê; associação sociedade organização entidade instituição;
    escola colégio; universidade faculdade; aula curso; treinar treino; nome chamar denominar; saber conhecer;
    famoso conhecido célebre; importante relevante significativo; principal maior; especial particular; claro evidente;
    provável talvez; imediato logo; logo breve; anual ano; mensal mês; diário dia; semanal semana; noturno noite;
    século cem; década dez; período época era tempo; antecedência antes; lugar local sítio;
    alcançar atingir chegar totalizar; passar cruzar atravessar; juntar unir reunir; juntar adicionar; unir ligar;
    encontrar reunir; dividir repartir; coletar recolher reunir; procurar buscar; pedir solicitar requerer;
    perguntar questionar; responder responsável responsabilidade; mandar ordenar; obrigar forçar; tentar tentativa;
    ajudar auxiliar apoiar contribuir; proteger defender guardar; salvar resgatar; acolher abrigar; desabrigado casa;
    esconder ocultar; luz lâmpada; incêndio fogo; tempestade temporal; cheia enchente inundação alagar; alagar inundar;
    seca estiagem; temperatura grau calor; terra solo; pedra rocha; petróleo óleo; energia eletricidade;
    abandonar deixar; faltar ausência falta carência; grátis gratuito; disponível acessível; oferecer ofertar;
    servir atender serventia útil; papel função cargo; cargo posto função vaga; vaga cargo lugar; grau nível;
    diploma grau; tipo espécie gênero; maneira modo forma jeito; processo procedimento; objetivo meta fim finalidade;
    motivo razão causa; origem fonte; centro meio; beira margem borda; fim ponta; linha fila; grupo turma; página folha;
    língua idioma; falar conversar; discutir debater; carta correspondência; visitar visita visitante;
    visitante turista hóspede; realizar fazer acontecer ocorrer; acontecer ocorrer realizar suceder;
    evento acontecimento; casar esposa marido; levantar erguer; estágio etapa fase; hora tempo; lixo resíduo;
    alimentar comer; colheita colher safra; fazenda agricultura; agricultor produtor; sustento viver renda;
    elogiar louvar; recusar rejeitar declinar; estreito apertado; comportar caber lotação capacidade; barulho ruído;
    multa penalidade; andar circular; serviço trabalho; viagem percurso; percurso trajeto; diminuir encolher;
    quilo quilograma; restante resto;
    sobreviver escapar / destruir arruinar morrer; provável / improvável; dinamarca dinamarquês; frança francês;
    alemanha alemão; espanha espanhol; itália italiano; portugal português; brasil brasileiro; inglaterra inglês;
    irlanda irlandês; escócia escocês; holanda holandês; suécia sueco; noruega norueguês; finlândia finlandês;
    polônia polonês; rússia russo; ucrânia ucraniano; china chinês; japão japonês; coreia coreano; índia indiano;
    américa americano; canadá canadense; méxico mexicano; argentina argentino; grécia grego; turquia turco;
    egito egípcio; suíça suíço; áustria austríaco; bélgica belga; hungria húngaro; europa europeu; áfrica africano;
    ásia asiático; paraguai paraguaio; chile chileno; peru peruano; uruguai uruguaio; bolívia boliviano;
    quênia queniano; nigéria nigeriano; austrália australiano; roma romano; angola angolano;
    acelerar apressar / frear desacelerar atrasar; admitir reconhecer confessar / negar desmentir; medo receio temer
    recear preocupar preocupado / tranquilo tranquilizar calmo; elogiar aplaudir celebrar / criticar reclamar
    protestar condenar; apoiar aplaudir comemorar / protestar criticar rejeitar; satisfeito feliz contente alegre /
    insatisfeito infeliz descontente triste; irritado furioso bravo; surpreender espantar inesperado; desejar querer
    vontade; adiar postergar prorrogar / antecipar adiantar; atrasar atraso demora / adiantar antecipar; cancelar
    suspender anular / manter confirmar; retomar reiniciar recomeçar reabrir voltar / interromper suspender parar
    paralisar; interromper suspender paralisar parar; prorrogar prolongar estender renovar / encurtar; vencer expirar
    terminar acabar; fortalecer reforçar / enfraquecer; apertar / afrouxar; simplificar / complicar; dobrar duplicar /
    metade; encher preencher / esvaziar; carregar / descarregar; vestir roupa; acordar despertar / dormir adormecer;
    rir / chorar; casar casamento / divorciar separar; demitir dispensar desligar mandar / contratar admitir; emprego
    trabalho vaga posto; empregar ter funcionário trabalhar; greve paralisação; salário remuneração pagamento
    ordenado; aposentar aposentadoria; falir falência quebrar; dívida dever débito empréstimo; emprestar / tomar
    pegar; investir investimento aplicar; investidor acionista; lucro rentável / prejuízo; déficit rombo / superávit;
    imposto tributo taxa; subsídio subvenção auxílio; doar doação contribuir; patrocinador patrocinar apoio;
    reembolsar devolver ressarcir; indenização compensação indenizar; desconto abatimento redução; gratuito grátis
    graça livre / pago; fusão unir aquisição; filial sucursal unidade; mercado comércio; cliente comprador freguês;
    produto mercadoria item; fornecer abastecer prover suprir; encomendar pedir pedido; estoque reserva; armazém
    depósito; carga frete; tripulação equipe; passageiro viajante; motorista condutor; capitão comandante; porto cais;
    partir zarpar sair / chegar atracar; voo voar; pousar aterrissar / decolar; bater colidir chocar acidente;
    acidente desastre incidente; naufragar afundar / flutuar; ferir machucar ferimento ferido / ileso; vítima morto
    ferido; desaparecido sumido; resgatar socorrer salvar; evacuar retirar esvaziar; abrigo refúgio; apagar extinguir
    controlar / acender iniciar; incêndio chama fogo queimar; explodir explosão estourar; vazar vazamento escapar;
    romper rompimento estourar quebrar; desabar desmoronar ruir cair colapso; rachadura fissura trinca; inundar
    alagar; transbordar cheio / secar vazio; terremoto tremor abalo; erupção vulcão; seca estiagem / cheia enchente;
    derreter descongelar / congelar; recuar encolher / avançar; poluído contaminado sujo / limpo puro; tóxico venenoso
    / inofensivo; extinto extinção desaparecer; ameaçar ameaça risco perigo; risco perigo chance; reproduzir
    reprodução procriar; filhote cria; adulto maduro; maduro / verde; mamífero animal; inseto bicho; árvore planta;
    flor floração florescer; semente grão; semear plantar / colher; colher safra colheita; solo terra chão; cavar
    escavar; enterrar sepultar / desenterrar; túmulo sepultura; templo santuário; igreja capela; castelo fortaleza
    forte; muro parede; porta portão entrada; telhado cobertura; andar piso pavimento; escada degrau; jardim parque;
    praça largo; ponte viaduto; estação parada terminal; passagem bilhete tarifa ingresso; tarifa preço passagem;
    assento lugar; bagagem mala; hotel pousada hospedagem; mapa planta; guia manual; instrução orientação; orientação
    recomendação conselho; apertar pressionar / soltar; segurar manter; girar rodar virar; botão tecla; tela visor
    display; bateria pilha; carregar recarregar / descarregar; cabo fio; conectar plugar ligar / desconectar;
    brilhante claro / escuro; barulhento / silencioso; silêncio silencioso quieto; som áudio; telefone celular ligar;
    ligação chamada telefonema; mensagem texto; site página internet; baixar download; instalar colocar / desinstalar
    remover; defeito falha erro problema; criptografar cifrar; vazar divulgar revelar / ocultar; secreto sigiloso
    confidencial / público; dado informação; informação detalhe; conta perfil; cadastrar inscrever registrar; isento
    livre dispensar / sujeito; dever obrigação; multar multa; processo ação causa; julgar julgamento; sentença decisão
    veredito; recurso recorrer apelar; justiça tribunal juiz; prender deter capturar / soltar libertar; acusar
    denunciar; suspeito acusado réu; prova evidência; advogado defensor; roubar furtar assaltar roubo; ladrão
    assaltante; fraude enganar golpe; falso falsificado / autêntico verdadeiro; negar rejeitar indeferir / conceder
    deferir aceitar; vetar proibir; eleitor votar; eleição pleito; deputado parlamentar; parlamento congresso câmara;
    unânime unanimidade; plebiscito referendo; reforma mudança obra; tratado pacto acordo; aliado parceiro / inimigo;
    inimigo rival; paz trégua / guerra; render rendição / resistir; conquistar tomar capturar ocupar; invadir invasão;
    retirada recuo / avanço; revolta rebelião levante revolução; independência independente / dependente; reinar
    governar reinado; monarca rei soberano; monarca rainha; herdeiro sucessor; escravo escravizado; infância criança
    jovem; criado crescer; viúvo viúva; cônjuge marido; cônjuge esposa; esposa mulher; marido esposo; casal marido;
    avô avó; antepassado ancestral / descendente; formar graduar diploma; lecionar ensinar aula professor; aprender
    estudar; palestra conferência discurso; prova exame teste; aprovar passar / reprovar; nota pontuação; pintura
    quadro tela obra; escultor escultura estátua esculpir; expor exposição mostra; galeria museu; coleção acervo;
    artista pintor; cantar cantor canção música voz; álbum disco gravação; gravar registrar disco; banda grupo
    conjunto; show concerto apresentação espetáculo recital; palco cena; ator atriz intérprete; filme filmar cinema;
    diretor cineasta; plateia público; jornal imprensa; jornalista repórter; artigo texto; história conto narrativa;
    tradução traduzir; leitor ler; poesia poema; editora publicar; lançar lançamento sair estreia publicar; campeão
    título vencedor; vice segundo; invicto / derrotado; empate empatar; classificar avançar vaga passar / eliminar
    eliminado; eliminar desclassificar / classificar; gol tento; árbitro juiz; estádio arena; liga divisão; lesão
    machucado; recorde marca; liderar frente / atrás; nadar natação; subir escalar / descer; pedalar bicicleta
    ciclista; expulsar expulsão excluir; renovar renovação prorrogar / encerrar; torcida torcedor público assistir;
    paciente doente; hospital clínica; cirurgia operação operar; vacina vacinar vacinação imunizar; vírus infecção
    infectar; sintoma sinal; tosse tossir; tontura tonto; sono sonolência sonolento dormir; cansado fadiga cansaço;
    alergia alérgico; grávida gestante gravidez; amamentar lactante; engolir ingerir; receita prescrição; farmacêutico
    farmácia; saudável são / doente; dieta alimentação; fumar cigarro tabaco; prejudicar afetar danificar mal /
    beneficiar ajudar favorecer; afetar sofrer atingir prejudicar; beneficiar favorecer; reduzir diminuir menor;
    experimento teste ensaio; voluntário participante; provar comprovar demonstrar / refutar; sugerir indicar;
    associar relacionar ligar; acompanhar monitorar observar; estimar calcular avaliar; taxa índice; molho água;
    ferver cozinhar; fritar refogar; assar forno; temperar tempero sal; alho dente; servir comer; ensopado cozido;
    sopa caldo; pote vidro frasco; geladeira refrigerador; congelar freezer; macio mole / duro; azedo ácido / doce;
    amargo / doce; fresco / velho; descascar casca; despejar colocar; durar valer prazo validade; conservar guardar;
    véspera antes; simultaneamente junto; antigamente antes; atualmente hoje agora; finalmente enfim; anualmente ano;
    feriado folga; ensolarado sol / nublado chuvoso; chuvoso chuva molhado / seco; neblina névoa; ventania vento;
    granizo pedra gelo; reformar restaurar renovar; reforma restauração obra obras; pronto concluído terminado acabado
    / inacabado incompleto; inacabado incompleto; aberto / fechado; reabrir abrir voltar / fechar; vago livre /
    ocupado; lotado cheio / vazio; autorização licença permissão; morador vizinho; periferia subúrbio; isolado remoto;
    íngreme / plano; costa litoral; lago lagoa; cachoeira cascata queda; geleira gelo; deserto árido; caverna gruta;
    fonte nascente; habitado povoado / desabitado; potável beber; represa barragem reservatório açude; abastecer água
    fornecer; irrigar irrigação; solar sol; eólica vento; emissão emitir; reciclar reaproveitar; racionamento rodízio;
    vistoria inspeção fiscalização inspecionar; construir implantar instalar; implantar adotar instituir; adotar
    passar usar; comandar gerir tocar; negócio empresa; entrega entregar domicílio casa; publicidade anúncio
    propaganda; gratuito cobrar pagar; armazenar guardar dado; estreia primeiro; falecer morrer; óbito morte;
    transformar virar tornar converter; virar tornar; principal maior primeiro; destino ir; existir desde; feminino
    mulher; masculino homem; jovem novo; totalmente completamente inteiramente / parcialmente; dupla dois par casal;
    trio três; dezena dez; quinzena quinze; metade meio
"""
