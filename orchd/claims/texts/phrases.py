"""What is said around claims, in English and Portuguese: greetings and offers, that the texts don't say something, and
what leads over to a claim. All patterns are for small letters without accents.
"""

import re

from orchd.patterns import lazy_pattern

_TEXTS = r"""(?:(?:any|all|none|one|some)\ of\ )?(?:(?:the|this|these|those|your|my|either|neither)\ )?
    (?:(?:provided|given|available|above|supplied|attached|source|reference|retrieved)\ )?
    (?:sources?|texts?|documents?|documentation|passages?|excerpts?|context|articles?|materials?|snippets?
    |information|files?|notes)(?:\ \d{1,3})?(?:\ (?:that\ (?:was|were|is|are)\ |you\ )?(?:provided|given|above
        |available|here
        |supplied))?"""
_TEXTOS = r"""(?:(?:as|os|a|o|esta|este|estas|estes|nenhuma\ das|nenhum\ dos|em)\ )?
    (?:fontes?|textos?|documentos?|trechos?|passagem|passagens|artigos?|contexto|material|materiais|informacoes
    |excertos?|arquivos?)(?:\ \d{1,3})?(?:\ (?:fornecid|dad|apresentad|disponibilizad|recebid)[oa]s?|\ acima
        |\ disponive(?:l
        |is))?"""
_TELL = r"""(?:\w+ly\ |actually\ |even\ |directly\ |really\ )?(?:say|mention|state|specify|provide|contain|include
    |indicate
    |tell|give|describe|explain|reveal|cover|answer|address|discuss|name|identify|disclose|make|list|offer|go\ into
        |have
    |note|refer|clarify|show|support|know)"""
_CONTAM = r"""(?:diz|faz\ (?:nenhuma\ )?menc|mencion|inform|especific|contem|traz|indic|revel|cit|explic|fornec
    |apresent|esclarec|fala
    |respond|abord|descrev|deix|afirm|nome|identific|oferec|tem\b|ha\b|permit|dao\b|da\b)"""

_GREETINGS = r"""sure(?:\ thing)?|certainly|of\ course|absolutely|definitely|ok(?:ay)?|alright|all\ right|got\ it
    |understood|great|perfect|excellent|(?:great|good|excellent|interesting)\ question|hello|hi|hey|greetings|welcome
    |thanks|thank\ you|no\ problem|sounds\ good|with\ pleasure|my\ pleasure|well|right|sorry|indeed
    |claro|com\ certeza|certamente|tudo\ bem|entendido|otim[ao]|perfeito|(?:otima|boa|excelente)\ pergunta|ola|oi
    |bom\ dia|boa\ tarde|boa\ noite|obrigad[oa]|de\ nada|por\ nada|com\ prazer|sem\ problemas?|pois\ nao|esta\ bem|bem
    |muito\ obrigad[oa]|sem\ duvida|combinado|desculpe"""

TALK = lazy_pattern(
    rf"""(?:{_GREETINGS})\??(?:\ (?:there|everyone|all|so\ much|very\ much|todos|a\ todos|for\ (?:asking
        |your\ question)
            |pela\ pergunta|que\ sim))?\Z
    |n/a\Z|disponha\Z|ate\ (?:logo|breve|mais)\Z|good\ luck|enjoy|cheers
    |(?:and\ )?that'?s\ (?:all|everything|what)\b.{{0,60}}\b(?:find|found|sources?|texts?|know|say|says)\b
    |(?:do|does|did)\ (?:this|that|it)\ (?:help|answer|make\ sense|clarify)\b.{{0,60}}\?\Z
    |(?:please\ )?see\ (?:the\ )?(?:details?|answer|summary|list|table)?\ ?(?:below|above)\Z
    |take\ care|(?:best|kind)\ (?:regards|wishes)\Z|boa\ sorte|abracos?\Z|atenciosamente
    |good\ (?:morning|afternoon|evening|day)\b.{{0,30}}\Z
    |(?:i'?d|i\ would|i'?ll|i\ will|i'?m|i\ am|we'?re|we\ are)\ (?:be\ )?(?:so\ )?(?:happy|glad|pleased
        |delighted)\ to\b
    |(?:happy|glad|pleased)\ to\ (?:help|assist|be\ of)
    |you'?(?:re|\ are)\ (?:very\ |most\ )?welcome
    |(?:i\ )?(?:really\ )?hope\ (?:this|that|it|these)\ (?:\w+\ )?(?:helps?|answers?|clarif|is\ (?:helpful|useful
        |clear)|was)
    |(?:please\ |just\ |but\ |and\ |so\ )?(?:let\ me\ know|feel\ free|(?:don'?t|do\ not)\ hesitate|just\ ask
        |ask\ away)\b
    |if\ (?:you|there)(?:'d|'re)?\b.{{0,120}}\b(?:let\ me\ know|feel\ free|just\ (?:ask|say|tell)|i\ can|i'?d\ be
        |i'?m\ here|i'?ll
        |(?:don'?t|do\ not)\ hesitate|please\ (?:ask|share|tell|provide)|happy\ to)
    |(?:is|are)\ there\ (?:anything|any\ other|something)\b
    |(?:would|do|shall|should|can|could|may|what|how)\b.{{0,60}}\b(?:you\ (?:like|want|need|prefer)|i\ (?:help|add
        |assist|know|do|go))
        \b.{{0,120}}\?\Z
    |anything\ else\b
    |have\ a\ (?:nice|great|good|wonderful)\b
    |as\ an\ (?:ai|artificial)\b
    |(?:let'?s|let\ us|let\ me)\ (?:see|look|dive|break|go|take|start|begin|summari[sz]e|explain|walk|know|check
        |answer)\b
    |(?:i'?ll|i\ will|i'?ve|i\ have)\ (?:now\ )?(?:summari[sz]e|summari[sz]ed|answer|explain|list|listed|outline
        |go\ through
        |do\ my\ best|try|read|reviewed|prepared|written)\b
    |(?:i\ )?apologi[sz]e\b|my\ apologies\b|sorry\ (?:for|about|but)\b
    |(?:espero\ (?:que\ )?(?:isso|isto|ter|tenha)|fico\ (?:feliz|a\ disposicao|contente)|estou\ (?:a|aqui)\b
        |qualquer\ (?:duvida|coisa)\b
        |(?:me\ )?avise\b|fique\ a\ vontade|nao\ hesite|(?:como\ )?posso\ (?:ajudar|te\ ajudar|ajuda-lo)|(?:ha
            |existe)\ mais\ algo
        |mais\ alguma\ coisa|tenha\ um\ (?:bom|otimo)|como\ (?:uma\ ia|assistente|modelo\ de)|peco\ desculpas?|lamento
        |vamos\ (?:ver|la|comecar|por\ partes)|vou\ (?:resumir|responder|explicar|listar))
    |se\ (?:voce\ )?(?:precisar|quiser|tiver|houver|desejar)\b.{{0,120}}\b(?:avis|diga|pergunt|disposicao|e\ so
        |posso|fal[ea]|pec[ao])
    |(?:gostaria|voce\ (?:quer|gostaria|precisa)|quer|deseja|precisa)\b.{{0,120}}\?\Z""",
    re.VERBOSE,
)
"""Matched with a sentence in small letters, without accents and without the mark at its end, but for `?`."""

REFUSES = lazy_pattern(
    rf"""(?:(?:unfortunately|however|(?:(?:i'?m|i\ am|we\ are)\ )?(?:very\ |so\ )?sorry|infelizmente|porem|contudo
        |lamento
        |no\ entanto|desculpe|sinto\ muito),?\ (?:but\ |mas\ |that\ )?|but\ |mas\ )?(?:
    (?:(?:in|from|by|based\ on|according\ to|with|given|using)\ {_TEXTS},?\ )?(?:
        {_TEXTS}\ (?:do(?:es)?|did|is|are|has|have|can)?\ ?(?:n'?t|not|never)\ {_TELL}\b
        |(?:neither|none)\ of\ {_TEXTS}\ {_TELL}s?\b
        |(?:{_TEXTS}\ (?:is|are)\ (?:silent|unclear|not\ clear)\b)
        |{_TEXTS}\ (?:make|provide|contain|give|offer|include|say|ha(?:s|ve))s?\ (?:no|nothing)\b
        |{_TEXTS}\ leaves?\ (?:open|unclear)\b
        |(?:there\ (?:is|are)(?:\ |(?=n't)))?(?:n'?t\ (?:any|enough)|not\ (?:any|enough)|no
            |insufficient)\ (?:information|mention
            |details?|indication)(?:\ (?:about|on|of|regarding|in|for|as\ to|that|whether|(?:is\ |was\ )?(?:given
                |provided
            |available|made)|to\ (?:say|tell|answer|determine))\b|\Z)
        |nowhere\ in\ {_TEXTS}\b
        |i\ (?:can(?:no|')?t|can\ not|could\ ?n(?:o|')t|am\ (?:unable|not\ able|not\ sure)|do(?:n'?t|\ not)
            |was\ unable|did(?:n'?t|\ not))
            \ ?(?:to\ )?(?:find|answer|tell|say|determine|know|see|locate|confirm|verify|have|provide|help|sure|be)\b
        |it(?:'s\ not|\ is\ not|\ was\ not|\ isn't|\ wasn't)\ (?:possible|clear|stated|mentioned|specified|said
            |given|known|indicated)\b
            (?=.{{0,200}}\b(?:in|by|from)\ (?:{_TEXTS})\b)
        |we\ (?:can(?:no|')?t|can\ not|do\ not|don't)\ (?:tell|say|determine|know|answer)\b
        |(?:it(?:'s|\ is|\ remains)\ (?:unclear|unknown|not\ clear|not\ known))\b(?=.{{0,200}}\b{_TEXTS}\b)
        |(?:it|that|this|(?:the|this|your|that)\ question)\ (?:can(?:no|')?t|can\ not)\ be\ (?:answered|determined
            |said|told|established)\b
        |.{{1,120}}?\b(?:is|are|was|were)(?:\ not|n'?t)\ (?:\w+ly\ )?(?:mentioned|stated|specified)(?:\ (?:anywhere
            |here|at\ all))?\Z
        |.{{1,120}}?\b(?:is|are|was|were)(?:\ not|n'?t)\ (?:\w+ly\ )?(?:mentioned|stated|specified|provided|given
            |disclosed
            |indicated|described|included|named|said|found|available)\ (?:anywhere\ )?(?:in|by|from
                |within)\ {_TEXTS}\b
        |it(?:'s\ not|\ is\ not|\ isn't)\ possible\ to\ (?:say|tell|determine|answer)\b
        |(?:this|that|the\ answer|this\ information|that\ information)\ (?:is|was)(?:\ not
            |n'?t)\ (?:\w+\ ){{0,2}}(?:in|by|from)
            \ {_TEXTS}\b
        |(?:this|that|the\ answer|this\ information|that\ information)\ (?:is|was)(?:\ not|n'?t)\ (?:stated
            |mentioned|specified|provided)
        |no\ (?:further|other|more|additional)\ (?:details?|information)\b(?:\ (?:is|are|was|were)\b.{{0,60}})?\Z
        |(?:not|nothing)\ (?:mentioned|stated|specified)\b
        |(?:not|nothing)\ (?:is\ |was\ )?(?:found|given|said|provided|available)\ (?:\w+\ ){{0,4}}(?:in
            |by)\ {_TEXTS}\b
        |(?:who|when|what|where|why|how|which|whether)\b.{{1,200}}\b(?:is|are|was)(?:\ not
            |n'?t)\ (?:\w+\ )?(?:mentioned|stated|specified
            |given|said|provided|disclosed|indicated|clear\ from)\b
    )
    |(?:(?:no|na|nos|nas|pelo|pela|pelos|pelas|com\ base\ n?[oa]s?|segundo|de\ acordo\ com)\ ?{_TEXTOS},?\ )?(?:
        {_TEXTOS}\ nada\ (?:diz|dizem|inform)
        |{_TEXTOS}\ (?:nao|nunca)\ (?:\w+mente\ )?{_CONTAM}
        |nao\ (?:ha|existe|existem|tem)\ (?:nenhuma?\ )?(?:informac|menc|dado|detalhe|referencia|indicac|resposta)
        |(?:nenhuma?|sem)\ (?:informac|menc|detalhe)
        |(?:nenhuma?)\ (?:das\ |dos\ )?{_TEXTOS}\ {_CONTAM}
        |(?:a|essa|esta|sua)\ pergunta\ nao\ pode\ ser\ respondida\b|nao\ pode\ ser\ (?:determinad|respondid)
        |.{{1,120}}?\bnao\ (?:e|foi|esta|sao|foram|estao)\ (?:\w+mente\ )?(?:mencionad|informad|especificad|citad
            |indicad|dit
            |fornecid|revelad)[oa]s?(?:\ (?:no|na|nos|nas|em|pelo|pela|pelos|pelas)\ (?:{_TEXTOS})\b|\Z)
        |nao\ (?:consta|constam|encontrei|posso|consigo|sei|tenho|foi\ possivel|e\ possivel|esta\ claro)\b
        |nao\ (?:e|foi|esta|sao|foram)?\ ?(?:mencionad|informad|especificad|citad|indicad|dit)[oa]s?\b
        |(?:quem|quando|onde|o\ que|qual|por\ que|como)\b.{{1,200}}\bnao\ (?:e|foi|esta|sao|foram)\ (?:mencionad
            |informad|especificad|citad|dit)[oa]
        |(?:isso|isto|essa\ informacao|esta\ informacao|a\ resposta)\ nao\ (?:esta|consta|e|foi)\b
    ))""",
    re.VERBOSE,
)

LED_IN = lazy_pattern(
    rf"""(?:(?:{_GREETINGS}|yes|no|sim|nao|in\ (?:summary|short|conclusion|brief)|to\ (?:summari[sz]e|conclude
        |sum\ up)|overall|in\ sum
        |por\ fim|first|firstly|finally|lastly|therefore|thus|so|hence|portanto|assim|logo
        |in\ other\ words
        |em\ (?:resumo|suma|conclusao)|resumindo|ou\ seja)\s?[,!:—–]\s*
    |(?:according\ to|based\ on|as\ (?:stated|mentioned|described)\ in|in|per)\ {_TEXTS},\s
    |(?:according\ to|as\ per|per|from|in|segundo|conforme|de\ acordo\ com)\s+,\s
    |(?:source|document|text|passage|fact|point|claim|item|answer|fonte|documento|texto|trecho|fato|facto|ponto
        |resposta)\ \d{{1,3}}\s?:\s*
    |(?:please\ )?note\ that\s|as\ (?:mentioned|stated|noted|described)(?:\ (?:above|before|earlier))?,\s
    |it(?:'s|\ is)\ (?:also\ )?(?:worth|important|interesting)\ (?:noting|mentioning|to\ (?:note|mention
        |remember))\ that\s
    |(?:vale|cabe|e\ importante|convem|e\ interessante)\ (?:\w+\ )?(?:lembrar|ressaltar|notar|destacar|mencionar
        |observar|saber)\ que\s
    |(?:observe|note|repare|lembre-se\ de)\ que\s
    |{_TEXTS}\ (?:clearly\ |also\ |explicitly\ )?(?:says?|states?|mentions?|notes?|explains?|indicates?
        |tells?\ (?:us|me))\ that\s
    |(?:segundo|conforme|de\ acordo\ com|com\ base\ em|no|na|nos|nas|com\ base\ n[oa]s?)\ {_TEXTOS},\s
    |{_TEXTOS}\ (?:tambem\ )?(?:diz|dizem|afirma|afirmam|menciona|mencionam|informa|informam|indica|indicam|explica
        |explicam)\ que\s
    )+""",
    re.VERBOSE,
)
"""What may stand before a claim in its sentence and adds nothing to it."""
