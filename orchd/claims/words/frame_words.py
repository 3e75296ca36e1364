"""Words that say that something is not vouched for: conditions, hearsay, plans. In small letters, without accents."""

from orchd.claims.words.language import Language
from orchd.claims.words.listed import word_set

NO_IF_BEFORE = word_set("""
    as even a o um este esse neste nesse no do por para ao de em sem vai vao ia iam pode podem podia deve devem devia
    quer querem queria costuma tenta pretende nao que ja ainda sempre nunca foi e
""")
"""Before `if`, `se` and `caso` these make something else of it: `as if`, `para se tornar`, `o caso`."""
ASKS = word_set("""
    ask asks asked wonder wonders wondered see know knows knew unclear unknown doubt doubts doubted decide check
    investigate investigates investigated investigating investiga investigam investigou apura apuram apurou
    pergunta perguntou perguntam questiona questionou sabe sabem saber duvida duvidou verificar
""")
IRREGULAR_IF = word_set(
    "for forem houver tiver tiverem puder puderem quiser vier vierem fizer estiver der souber chove"
)

SAYS: dict[Language, frozenset[str]] = {
    "en": word_set("""
        said says say told tells stated states announced announces reported reports noted explained added wrote
        declared
    """),
    "pt": word_set("""
        disse dizem diz disseram afirmou afirma afirmam afirmaram declarou declara informou informa relatou explicou
        contou escreveu anunciou
    """),
}
DOUBTS: dict[Language, frozenset[str]] = {
    "en": word_set("""
        claim claims claimed allege alleges alleged argue argues argued believe believes believed think thinks
        thought assume assumes assumed suspect suspects suspected fear fears feared suggest suggests suggested
        insist insists insisted speculate speculates speculated predict predicts predicted guess guesses guessed
        suppose supposes supposed imagine imagines imagined pretend pretends pretended dream dreams dreamed dreamt
        hope hopes hoped wish wishes wished accuse accuses accused doubt doubts doubted lied joked joking
    """),
    "pt": word_set("""
        alega alegam alegou alegaram acredita acreditam acreditou acreditava acha acham achou pensa pensam pensou
        supoe supoem supos suspeita suspeitam suspeitou teme temem temeu sugere sugerem sugeriu insiste insistem
        insistiu especula especulam preve preveem imagina imaginam imaginou finge fingiu sonha sonhou espera
        esperam esperava deseja desejam tomara oxala suponha suponhamos imagine acusa acusam acusou duvida duvidam
        duvidou duvido diga digam consta mentiu brincou ironizou
    """),
}
UNDOUBTED = ("doubt", "doubts", "duvida")
NO_DOUBT = word_set("no not without nobody sem nao nenhuma ninguem")
"""Before one of the former, it is vouched for: `there is no doubt that`."""
DOUBTFULLY = word_set("""
    allegedly reportedly supposedly purportedly presumably rumoured rumored supostamente alegadamente pretensamente
    presumivelmente
""")
WRONGLY = word_set("""
    wrongly falsely mistakenly erroneously incorrectly untruthfully erradamente falsamente erroneamente
    equivocadamente incorretamente
""")
WOULD_HAVE = word_set("teria teriam")
"""Portuguese newspapers tell so what they don't vouch for: `teria matado`."""
ACCORDING = ("according", "segundo", "conforme")
NOBODY = word_set("""
    some many critics rumours rumors legend legends myth folklore gossip alguns muitos criticos boatos rumores
    lenda lendas
""")
"""Whoever is named as these vouches for nothing."""
NOT_ANYBODY = word_set("nobody none neither ninguem nenhum nenhuma nao")
CONFIRMS = word_set("""
    confirm confirms confirmed prove proves proved proven show shows showed shown establish established verified
    confirma confirmam confirmou confirmaram prova provam provou provaram mostrou mostraram comprovou comprovaram
""")
"""By whom one of the former does so vouches for nothing."""
IDEAS = word_set("""
    idea notion claim claims belief theory rumour rumor allegation allegations hypothesis assumption suggestion
    accusation possibility legend fear ideia nocao afirmacao crenca teoria alegacao hipotese boato suposicao
    acusacao possibilidade lenda
""")
"""Before `that` these tell what is not known to be so."""
IMPERSONAL = word_set("dizem")
IS = word_set("is are was were it")

PLANS = word_set("""
    plan plans planned planning intend intends intended aim aims aimed hope hopes hoped hoping wish wishes wished
    want wants wanted wanting like try tries tried trying attempt attempts attempted seek seeks sought promise
    promises promised threaten threatens threatened propose proposes proposed expected supposed scheduled pretend
    pretends pretended claims claimed goal goals intention dream dreams dreamed dreamt offer offers offered
    forget forgets forgot forgotten neglected
""")
PLANS_PT = (
    *(
        "planej",
        "planei",
        "pretend",
        "promet",
        "propu",
        "propo",
        "tent",
        "desej",
        "esper",
        "quer",
        "quis",
        "ameac",
        "sonh",
    ),
    "esquec",
    *("gostari", "tencion", "fing", "plano", "objetivo", "meta", "intenc", "ofereceu"),
)
"""Beginnings of words."""
"""Before `to` and a verb, or in Portuguese before an infinitive, these tell of what may never come."""
WILL = word_set("will shall vai vao ira irao")
NEARLY = word_set("almost nearly quase")
SUBJUNCTIVES = word_set("""
    seja sejam haja tenha tenham esteja estejam possa possam faca facam queira queiram chova venha venham pague
    paguem cumpra cumpram aceite aceitem aprove aprovem concorde concordem
""")
"""Behind `desde que` these tell a condition; anything else tells since when."""

FUTURE = word_set("""
    will would shall should may might can could goal aim intention future hopefully vai vao ira irao deve devem pode
    podem podera deveria objetivo meta intencao futuro talvez
""")
"""What says by itself that something may not be so."""
HELD = word_set("thought believed said rumoured rumored alleged reported assumed presumed suspected claimed supposed")
"""Between `is` and `to` these tell what others hold."""
ASIDE = word_set("although though while whereas which who whom embora enquanto conquanto cujo cuja quem")
"""Before a verb of saying these tell that it is said by the way, up to the next comma."""
