"""First names and what their bearers are called; `;` ends a group."""

from orchd.claims.words.language import Language

NICKNAMES: dict[Language, str] = {
    "en": """
        bob rob bobby robert; bill billy will william; dick rick richard; mike michael; tom thomas; jim jimmy james;
        joe joseph; kate kathy katherine; liz beth betty elizabeth; tony anthony; dan danny daniel; dave david; ted
        teddy edward; ed eddie edward; jack johnny john; chris christopher; nick nicholas; sam samuel; steve stephen
        steven; ben benjamin; sue susan; peggy maggie margaret; andy andrew; matt matthew; greg gregory; jeff
        jeffrey; ken kenneth; larry lawrence; harry henry; charlie chuck charles; fred frederick; vicky victoria;
        jenny jennifer; becky rebecca; ron ronald
    """,
    "pt": """
        zé josé; chico francisco; beto roberto; tião sebastião; quim joaquim; nando fernando; guga gustavo;
        duda eduardo;
        duda eduarda; rafa rafael; gabi gabriela; bia beatriz; tonho antônio; toninho antônio; manel manuel; edu eduardo
    """,
}
