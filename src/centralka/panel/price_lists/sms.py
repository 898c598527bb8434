"""The prices of text messages in a price list."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centralka.actions.actor import Operator
from centralka.actions.errors import InvalidInput
from centralka.actions.prices.price_lists import price_list
from centralka.actions.sms.prices import SmsPriceInput, read_rows, set_sms_prices, sms_prices, written_rows

from ..collisions import ChangeForm
from ..doors import operator_page
from ..forms import error_title
from ..money import number
from ..turns import one_after_another


class SmsPricesForm(ChangeForm):
    """All rows, as people write them."""

    prices = forms.CharField(
        label=gettext_lazy("Prices"),
        help_text=gettext_lazy(
            "In each line prefix; Standard; Premium; description: 48; 0,09; 0,16; Poland. “-” for Premium: not sold."
        ),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "autocomplete": "off", "spellcheck": "false"}),
    )

    def wanted(self) -> list[SmsPriceInput]:
        """Read the rows; a line that is none is said beside the field."""
        rows, wrong = read_rows(self.cleaned_data.get("prices", ""))
        if wrong:
            lines = ", ".join(map(str, wrong[:10]))
            said = _("These lines are no prices: %(lines)s. Write 48; 0,09; 0,16; Poland.") % {"lines": lines}
            self.add_error("prices", forms.ValidationError(said, code="malformed"))
        return rows

    def add_problems(self, refusal: InvalidInput) -> None:
        """Say what is wrong with single rows beside the field, with the line of each."""
        lines = [number for number, line in enumerate(self.cleaned_data["prices"].splitlines(), 1) if line.strip()]
        for field, problems in refusal.problems.items():
            index = field.partition(".")[2]
            line = _("Line %(line)s: ") % {"line": lines[int(index)]} if index else ""
            for problem in problems:
                self.add_error("prices", forms.ValidationError(f"{line}{problem.message}", code=problem.code))


@operator_page
@one_after_another
def price_list_sms(request: HttpRequest, operator: Operator, price_list_id: int) -> HttpResponse:
    """Show the prices, and write them anew."""
    found = price_list(operator, price_list_id)
    now = {"prices": written_rows(list(sms_prices(operator, price_list_id)), number)}
    form = SmsPricesForm(request.POST if request.method == "POST" else None, initial=now)
    if request.method == "POST":
        rows = form.wanted() if form.is_valid() else []
        if not form.errors and form.carry_out(lambda: set_sms_prices(operator, price_list_id, rows)) is not None:
            messages.success(request, _("Saved. The prices count for the next message."))
            return redirect("price_list", price_list_id)
    context = {"form": form, "price_list": found, "error_title": error_title(form)}
    return render(request, "panel/price_lists/sms.html", context)
