"""Words of which one excludes the others: the days of the week, colours, the points of the compass, kin.

A claim that says `Sunday` where a passage says `Saturday` is as wrong as one with another number. A comparison of words
alone doesn't tell, since to it any other word may be a paraphrase.
"""

from functools import cache

from orchd.claims.signs.align import AKIN
from orchd.claims.signs.pair import Alignment
from orchd.claims.words.language import Language
from orchd.claims.words.listed import word_set
from orchd.claims.words.stems import fold, stem

_NEAR = 0.4
"""What is left when a sentence around the passage has the claim's word."""


def score_exclusion(pair: Alignment) -> float:
    """Return whether the passage has, for a word of the claim that it lacks, another one of the same class."""
    known = _classes(pair.ours.language)
    worst = 0.0
    for index in pair.claim.weights:
        match, kinds = pair.matches.get(index), known.get(pair.ours.tokens[index].key, frozenset())
        if kinds and (match is None or match.opposite or match.quality < AKIN):
            rivals = (
                known.get(pair.theirs.tokens[at].key)
                for at in pair.theirs.telling
                if at not in _matched_words(pair, index)
            )
            if any(rival and rival & kinds for rival in rivals):
                worst = max(worst, _NEAR if pair.is_near(index) else 1.0)
    return worst


def _matched_words(pair: Alignment, index: int) -> set[int]:
    """What other words of the claim stand for."""
    return {match.at for i, match in pair.matches.items() if i != index}


@cache
def _classes(language: Language) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, text in enumerate(_CLASSES[language].split(";")):
        for word in word_set(text):
            found.setdefault(stem(fold(word), language), set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


_CLASSES: dict[Language, str] = {
    "en": """
        monday tuesday wednesday thursday friday saturday sunday; spring summer autumn winter;
        morning noon afternoon evening night midnight; north south east west northern southern eastern western;
        red orange yellow green blue purple violet brown black white grey gray pink;
        father mother brother sister son daughter uncle aunt grandfather grandmother cousin nephew niece husband wife;
        africa asia europe australia antarctica; daily weekly monthly quarterly yearly annual hourly;
        gold silver bronze copper iron steel tin lead zinc platinum; oak pine birch beech elm ash maple spruce;
        wood stone brick concrete glass steel clay; car bus train tram ferry plane bicycle truck ship helicopter;
        hydrogen helium oxygen nitrogen carbon; cat dog horse cow sheep goat pig hen; beef pork lamb chicken fish;
        tea coffee milk wine beer juice; rice pasta potato bread noodle couscous; apple pear plum cherry peach grape;
        wheat rye barley oat maize corn; football basketball tennis hockey rugby cricket handball volleyball baseball;
        piano violin guitar flute trumpet cello drum organ; goalkeeper defender midfielder striker;
        semifinal quarterfinal final; first second third fourth fifth sixth; king queen prince princess;
        engineer architect lawyer doctor teacher nurse journalist farmer biologist historian economist;
        english french german spanish italian portuguese dutch swedish danish polish russian chinese japanese arabic;
        euro dollar pound franc yen krona; heart liver kidney lung brain stomach skin; fire flood earthquake
        storm drought;
        library museum school hospital church theatre theater station airport; hydroelectric solar wind nuclear coal;
        catholic protestant jewish muslim buddhist; mayor minister governor president senator councillor judge;
        novel poem play essay; painting sculpture drawing photograph; copper cotton wool silk linen leather
    """,
    "pt": """
        segunda terça quarta quinta sexta sábado domingo; primavera verão outono inverno;
        manhã tarde noite madrugada; norte sul leste oeste; nordeste sudeste sul norte centro-oeste;
        vermelho laranja amarelo verde azul roxo marrom preto branco cinza rosa;
        pai mãe irmão irmã filho filha tio tia avô avó primo prima sobrinho sobrinha marido esposa genro nora sogra;
        áfrica ásia europa oceania antártida; diário semanal mensal trimestral semestral anual;
        ouro prata bronze cobre ferro aço zinco; madeira pedra tijolo concreto vidro barro;
        carro ônibus trem bonde barco balsa avião bicicleta caminhão navio helicóptero;
        gato cachorro cavalo vaca ovelha cabra porco galinha; carne frango peixe porco; chá café leite vinho
        cerveja suco;
        arroz macarrão batata pão feijão mandioca; maçã pera uva laranja manga banana abacaxi; trigo milho soja cana;
        futebol basquete vôlei tênis handebol natação; piano violino violão flauta trompete sanfona;
        goleiro zagueiro lateral meia atacante; semifinal quartas final; rei rainha príncipe princesa;
        engenheiro arquiteto advogado médico professor enfermeiro jornalista agricultor biólogo historiador economista;
        inglês francês alemão espanhol italiano português holandês sueco chinês japonês árabe;
        euro dólar libra real; coração fígado rim pulmão cérebro estômago pele; incêndio enchente terremoto seca
        temporal;
        biblioteca museu escola hospital igreja teatro estação aeroporto; hidrelétrica solar eólica nuclear;
        prefeito ministro governador presidente senador vereador juiz; prefeitura estado união; romance poema
        conto ensaio;
        algodão lã seda linho couro
    """,
}
"""`;` ends a class. A word may be in several."""
