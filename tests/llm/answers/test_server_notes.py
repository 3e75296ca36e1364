from orchd.llm.answers.server_notes import ServerNote, note_text


def test_notes_are_told_in_one_text() -> None:
    cut, none = ServerNote("list_cut", "it lists 9", 9, 5), ServerNote("no_list", "no list", http_status=404)
    assert note_text(()) is None
    assert note_text((cut,)) == "it lists 9"
    assert note_text((cut, none)) == "it lists 9; no list"
