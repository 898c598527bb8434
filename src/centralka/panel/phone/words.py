"""The words that the phone in the browser says while it works, in the person's language."""

from django.utils.translation import gettext as _


def phone_words() -> dict[str, str]:
    """Return each sentence by the name by which the scripts know it."""
    return {
        "starting": _("Connecting…"),
        "ready": _("Ready: calls ring here."),
        "lost": _("No connection to the exchange. Trying again…"),
        "no_microphone": _("There is no microphone. Connect one; the phone then goes on by itself."),
        "not_allowed": _("The browser may not use the microphone. Allow it beside the page's address, then try again."),
        "not_secure": _(
            "Browsers give the microphone only to pages over HTTPS, or on the exchange's own machine as localhost."
        ),
        "elsewhere": _("Your phone is open in another window or on another computer."),
        "taken_over": _("Your phone was taken over by another window. It rings there now."),
        "signed_out": _("You are signed out. Sign in to the panel, then load this page again."),
        "no_account": _("No account is assigned to you any more. Ask an owner of your company."),
        "calling": _("Calling…"),
        "ringing": _("Ringing…"),
        "incoming": _("Incoming call"),
        "talking": _("In a call"),
        "held": _("On hold"),
        "held_too": _("On hold:"),
        "waiting": _("Another call comes in:"),
        "transferring": _("Transferring…"),
        "transferred": _("The call was transferred."),
        "not_transferred": _("The call could not be transferred; it is still yours."),
        "ended": _("The call has ended."),
        "busy": _("The other side is busy."),
        "unanswered": _("Nobody answered."),
        "unavailable": _("The other side cannot be reached."),
        "refused": _("The exchange did not connect this call."),
        "wrong_number": _("There is no such number."),
        "no_sound": _("The sound broke off, and the call has ended."),
        "never_sound": _("No sound came through, so the call was ended. Call again."),
        "hidden": _("hidden number"),
        "taken_behind": _("You are in a call: the number stands in the phone's window, for a second one."),
        "taken": _("The phone in its own window is calling."),
        "text_came": _("Text message"),
        "text_refused": _("Not sent: the exchange or your company does not take it now. What you typed is still here."),
        "text_form_missing": _("The form did not come. Close this part and open it again."),
        "quality": _("Quality"),
        "quality_measured": _("being measured"),
        "quality_good": _("good"),
        "quality_fair": _("fair"),
        "quality_bad": _("bad"),
        "quality_silent": _("no sound arrives"),
        "notices_granted": _("The browser notifies you of calls while you do not look at this window."),
        "notices_denied": _("The browser shows no notifications of this page. Allow them beside the page's address."),
        "microphone": _("Microphone"),
        "speaker": _("Speaker"),
        "usual": _("as the system has it"),
    }
