"""Adding a network that is never blocked."""

from django.utils.translation import gettext_lazy

from ..forms import PanelForm, text_field


class NetworkForm(PanelForm):
    """A network and what it is."""

    network = text_field(
        gettext_lazy("Network or address"),
        gettext_lazy("203.0.113.0/24 is a network, 203.0.113.7 one address."),
        spellcheck="false",
    )
    note = text_field(gettext_lazy("Note"), gettext_lazy("Whose it is, e.g. “office in Łódź”. Not necessary."))
