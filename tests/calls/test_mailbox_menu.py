"""The menu behind *98: what each key does, wherever the owner is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centralka.calls.mailbox_menu import (
    KEYS,
    PATIENCE,
    AtMessage,
    DeleteMessage,
    Main,
    Over,
    PlayDraft,
    PlayMessage,
    Recording,
    Review,
    SaveDraft,
    Say,
    SayChoices,
    SayCount,
    State,
    Turn,
    not_recorded,
    opened,
    pressed,
    recorded,
)
from centralka.calls.prompts import Prompt

THREE = (11, 12, 13)


def says(turn: Turn) -> list[Prompt]:
    return [prompt for deed in turn.deeds if isinstance(deed, Say) for prompt in deed.prompts]


def test_it_begins_with_the_count_and_the_choices() -> None:
    turn = opened()
    assert turn.state == Main()
    assert turn.deeds[0] == SayCount()
    assert says(turn) == [Prompt.MAILBOX_MENU]


def test_one_plays_the_first_message_and_tells_what_can_be_done_with_it() -> None:
    turn = pressed(Main(), "1", THREE)
    assert turn == Turn(AtMessage(11, (12, 13)), (PlayMessage(11), SayChoices(more=True)))


def test_one_without_messages_says_so() -> None:
    turn = pressed(Main(), "1", ())
    assert (turn.state, says(turn)) == (Main(), [Prompt.NO_MESSAGES, Prompt.MAILBOX_MENU])


@pytest.mark.parametrize("key", ["6", "9"])
def test_six_and_nine_lead_to_the_next_message_and_leave_this_one(key: str) -> None:
    turn = pressed(AtMessage(11, (12,)), key, THREE)
    assert turn == Turn(AtMessage(12, ()), (PlayMessage(12), SayChoices(more=False)))


def test_after_the_last_message_comes_the_main_menu() -> None:
    turn = pressed(AtMessage(13, ()), "6", THREE)
    assert (turn.state, says(turn)) == (Main(), [Prompt.NO_MORE_MESSAGES, Prompt.MAILBOX_MENU])
    assert SayCount() in turn.deeds


def test_five_plays_it_again() -> None:
    assert pressed(AtMessage(11, (12,)), "5", THREE).deeds[0] == PlayMessage(11)


def test_seven_deletes_this_message_and_goes_on_with_the_next() -> None:
    turn = pressed(AtMessage(11, (12,)), "7", THREE)
    assert turn.state == AtMessage(12, ())
    assert turn.deeds[0] == DeleteMessage(11)


def test_a_second_seven_while_the_deletion_is_told_deletes_nothing_more() -> None:
    """Whoever presses twice has not heard the second message."""
    told = pressed(AtMessage(11, (12,)), "7", THREE).deeds[1]
    assert told == Say((Prompt.MESSAGE_DELETED,), can_be_cut=False)


def test_a_star_leads_from_a_message_to_the_main_menu_and_from_there_out() -> None:
    assert pressed(AtMessage(11, (12,)), "*", THREE) == opened()
    turn = pressed(Main(), "*", THREE)
    assert (turn.state, says(turn)) == (Over(), [Prompt.GOODBYE])


def test_zero_records_a_greeting() -> None:
    turn = pressed(Main(), "0", ())
    assert (turn.state, says(turn)) == (Recording(), [Prompt.RECORD_GREETING])


def test_a_greeting_that_was_spoken_is_reviewed() -> None:
    turn = recorded(usable=True)
    assert (turn.state, says(turn)) == (Review(), [Prompt.GREETING_REVIEW])


def test_one_that_is_too_short_is_refused() -> None:
    turn = recorded(usable=False)
    assert (turn.state, says(turn)) == (Main(), [Prompt.GREETING_TOO_SHORT, Prompt.MAILBOX_MENU])


def test_a_full_disk_is_told() -> None:
    turn = not_recorded()
    assert (turn.state, says(turn)) == (Main(), [Prompt.CANNOT_RECORD, Prompt.MAILBOX_MENU])


def test_in_the_review_a_greeting_is_saved_played_spoken_again_or_given_up() -> None:
    saved = pressed(Review(), "1", ())
    assert saved.deeds[0] == SaveDraft()
    assert says(saved) == [Prompt.GREETING_SAVED, Prompt.MAILBOX_MENU]
    assert pressed(Review(), "2", ()) == Turn(Review(), (PlayDraft(), Say((Prompt.GREETING_REVIEW,))))
    assert pressed(Review(), "3", ()) == pressed(Main(), "0", ())
    assert says(pressed(Review(), "*", ())) == [Prompt.GREETING_KEPT, Prompt.MAILBOX_MENU]


@pytest.mark.parametrize("state", [Main(), AtMessage(11, (12,)), Review()])
def test_a_wrong_key_is_told_and_silence_is_asked_again(state: State) -> None:
    assert says(pressed(state, "4", THREE))[:1] == [Prompt.NO_SUCH_CHOICE]
    assert Prompt.NO_SUCH_CHOICE not in says(pressed(state, "", THREE))


@pytest.mark.parametrize("state", [Main(), AtMessage(11, (12,)), Review()])
def test_a_phone_that_lies_beside_its_cradle_is_hung_up_on(state: State) -> None:
    """No greeting is saved then, and no message deleted."""
    for _ in range(PATIENCE):
        turn = pressed(state, "", THREE)
        state = turn.state
    assert state == Over()
    assert not any(isinstance(deed, SaveDraft | DeleteMessage) for deed in turn.deeds)


@pytest.mark.parametrize("state", [Recording(), Over()])
def test_where_no_key_is_waited_for_none_is_taken(state: State) -> None:
    with pytest.raises(ValueError, match="no key"):
        pressed(state, "1", THREE)


@given(st.lists(st.sampled_from([*KEYS, ""]), max_size=60))
def test_whatever_is_pressed_only_messages_that_were_played_are_deleted(keys: list[str]) -> None:
    turn, left, played = opened(), list(THREE), set[int]()
    for key in keys:
        if isinstance(turn.state, Over):
            return
        turn = recorded(usable=True) if isinstance(turn.state, Recording) else pressed(turn.state, key, left)
        for deed in turn.deeds:
            if isinstance(deed, PlayMessage):
                assert deed.message in left
                played.add(deed.message)
            if isinstance(deed, DeleteMessage):
                assert deed.message in played
                left.remove(deed.message)
