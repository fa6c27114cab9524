import pytest

from labwright.profile.names import is_id_name, is_row_name, names_person, words_of


def test_words_of_a_name():
    assert (
        words_of("arr_delay")
        == words_of("arrDelay")
        == words_of("Arr. Delay")
        == ["arr", "delay"]
    )
    assert words_of("HTTPServer2") == ["http", "server", "2"]
    assert words_of("größe") == ["größe"]
    assert words_of("*") == []


@pytest.mark.parametrize(
    "name", ["id", "ID", "user_id", "PassengerId", "userid", "id_code", "rowUUID"]
)
def test_names_of_identifiers(name):
    assert is_id_name(name)


@pytest.mark.parametrize(
    "name", ["paid", "humid", "grid", "index", "type_id", "ClassId", "", "*"]
)
def test_names_of_other_things(name):
    assert not is_id_name(name)


@pytest.mark.parametrize(
    "name", ["rownames", "Unnamed: 0", "", "index", "No", "S.No", "row_id", "_"]
)
def test_names_of_row_numbers(name):
    assert is_row_name(name)


def test_names_of_whom_a_row_is_about():
    assert names_person("Subject")
    assert not names_person("subjects")
    assert not names_person("")
