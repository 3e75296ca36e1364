"""Numbers in words, and the units behind numbers, of English and Portuguese. All without accents."""

from orchd.claims.words.language import Language


def _table(text: str) -> dict[str, float]:
    """Read `value word word; value word` into word → value."""
    return {word: float(row.split()[0]) for row in text.split(";") for word in row.split()[1:]}


COUNTS: dict[Language, dict[str, float]] = {
    "en": _table("""
        0 zero; 1 one; 2 two; 3 three; 4 four; 5 five; 6 six; 7 seven; 8 eight; 9 nine; 10 ten; 11 eleven;
        12 twelve; 13 thirteen; 14 fourteen; 15 fifteen; 16 sixteen; 17 seventeen; 18 eighteen; 19 nineteen;
        20 twenty; 30 thirty; 40 forty; 50 fifty; 60 sixty; 70 seventy; 80 eighty; 90 ninety
    """),
    "pt": _table("""
        0 zero; 1 um uma; 2 dois duas; 3 tres; 4 quatro; 5 cinco; 6 seis; 7 sete; 8 oito; 9 nove; 10 dez;
        11 onze; 12 doze; 13 treze; 14 quatorze catorze; 15 quinze; 16 dezesseis dezasseis;
        17 dezessete dezassete; 18 dezoito; 19 dezenove dezanove; 20 vinte; 30 trinta; 40 quarenta; 50 cinquenta;
        60 sessenta; 70 setenta; 80 oitenta; 90 noventa; 100 cem cento; 200 duzentos duzentas;
        300 trezentos trezentas; 400 quatrocentos quatrocentas; 500 quinhentos quinhentas;
        600 seiscentos seiscentas; 700 setecentos setecentas; 800 oitocentos oitocentas;
        900 novecentos novecentas
    """),
}
"""Words that add up."""

SCALES: dict[Language, dict[str, float]] = {
    "en": _table("""
        12 dozen dozens; 100 hundred; 1000 thousand; 1e6 million mn; 1e9 billion bn; 1e12 trillion
    """),
    "pt": _table("""
        12 duzia duzias; 1000 mil; 1e6 milhao milhoes mi; 1e9 bilhao bilhoes bi; 1e12 trilhao trilhoes
    """),
}
"""Words that multiply what stands before them."""

FRACTIONS: dict[Language, dict[str, float]] = {
    "en": _table("""
        0.5 half halves; 0.333333 third thirds; 0.25 quarter quarters; 0.2 fifth fifths; 0.1 tenth tenths
    """),
    "pt": _table("""
        0.5 metade meio meia; 0.333333 terco tercos; 0.25 quarto quartos; 0.2 quinto quintos; 0.1 decimo decimos
    """),
}
"""Words that are a part of one, when a small number, an article or `of` says so."""

ORDINALS: dict[Language, dict[str, float]] = {
    "en": _table("""
        1 first; 2 second; 3 third; 4 fourth; 5 fifth; 6 sixth; 7 seventh; 8 eighth; 9 ninth; 10 tenth;
        11 eleventh; 12 twelfth; 13 thirteenth; 14 fourteenth; 15 fifteenth; 16 sixteenth; 17 seventeenth; 18
        eighteenth; 19 nineteenth; 20 twentieth; 30 thirtieth; 40 fortieth; 50 fiftieth; 60 sixtieth; 70
        seventieth; 80 eightieth; 90 ninetieth; 100 hundredth
    """),
    "pt": _table("""
        1 primeiro primeira primeiros primeiras; 2 segundo segunda; 3 terceiro terceira; 4 quarto quarta;
        5 quinto quinta; 6 sexto sexta; 7 setimo setima; 8 oitavo oitava; 9 nono nona; 10 decimo decima;
        20 vigesimo vigesima; 30 trigesimo trigesima; 40 quadragesimo quadragesima; 50 quinquagesimo quinquagesima;
        60 sexagesimo sexagesima; 70 septuagesimo septuagesima; 80 octogesimo octogesima; 90 nonagesimo nonagesima;
        100 centesimo centesima
    """),
}

_DIMENSIONS = {
    "share": "0.01 % percent pct porcento percentage; 0.001 ‰",
    "usd": "1 $ usd dollar dollars dolar dolares us$",
    "eur": "1 € eur euro euros",
    "gbp": "1 £ gbp pound pounds libra libras",
    "brl": "1 r$ brl real reais",
    "cents": "1 cent cents centavo centavos centimo centimos pence penny",
    "points": "0.01 pp",
    "aud": "1 aud",
    "cad": "1 cad",
    "hkd": "1 hkd",
    "nzd": "1 nzd",
    "mxn": "1 mxn",
    "jpy": "1 jpy yen iene ienes",
    "inr": "1 inr rupee rupees rupia rupias",
    "rub": "1 rub rouble roubles ruble rubles rublo rublos",
    "krw": "1 krw",
    "ils": "1 ils shekel shekels",
    "try": "1 lira liras",
    "chf": "1 chf franc francs",
    "length": """
        1000 km kilometre kilometres kilometer kilometers quilometro quilometros;
        1 m metre metres meter meters metro metros;
        0.01 cm centimetre centimetres centimeter centimeters centimetro centimetros; 1609.344 mile miles milha milhas;
        0.001 mm millimetre millimetres millimeter millimeters milimetro milimetros; 0.3048 ft foot feet;
        0.0254 inch inches polegada polegadas""",
    "mass": """
        1000 t tonne tonnes ton tons tonelada toneladas; 0.001 g gram grams grama gramas;
        1 kg kilo kilos kilogram kilograms quilo quilos quilograma quilogramas;
        0.453592 lb lbs; 0.0283495 oz ounce ounces;
        1e-9 µg μg mcg microgram micrograms micrograma microgramas;
        1e-6 mg milligram milligrams miligrama miligramas""",
    "volume": """
        1000 m3 m³; 0.001 cm3 cm³ cc; 1e12 km3 km³; 1 l litre litres liter liters litro litros; 0.01 cl; 0.1 dl;
        0.001 ml millilitre millilitres milliliter milliliters mililitro mililitros""",
    "time": """
        1 s sec secs second seconds segundo segundos; 60 min mins minute minutes minuto minutos;
        3600 h hour hours hora horas; 0.001 ms millisecond milliseconds milissegundos; 86400 day days dia dias;
        604800 week weeks semana semanas; 1209600 fortnight quinzena""",
    "months": """
        1 month months mes meses; 12 year years ano anos; 120 decade decades decada decadas; 6 semestre semestres;
        1200 century centuries seculo seculos; 3 trimestre trimestres""",
    "data": "1 byte bytes; 1e3 kb kib; 1e6 mb mib; 1e9 gb gib; 1e12 tb tib",
    "area": "1 m² m2; 10000 ha hectare hectares; 1e6 km² km2; 4046.86 acre acres",
    "power": "1 w watt watts; 1000 kw kilowatt kilowatts; 1e6 mw megawatt megawatts",
    "energy": "1 kwh; 1000 mwh",
    "voltage": "1 v volt volts",
    "frequency": "1 hz; 1e3 khz; 1e6 mhz; 1e9 ghz",
    "celsius": "1 °c celsius",
    "fahrenheit": "1 °f fahrenheit",
    "degrees": "1 ° degree degrees grau graus",
}

UNITS: dict[str, tuple[str, float]] = {
    word: (dimension, float(row.split()[0]))
    for dimension, rows in _DIMENSIONS.items()
    for row in rows.split(";")
    for word in row.split()[1:]
}
"""Unit, singular or plural → its dimension, and how many of the dimension's base it is."""
