"""Why there is no new certificate."""


class CannotObtain(Exception):
    """An order failed; the message says why. `text` with `values` is the message, for another language.

    `is_limit`: the authority wants fewer requests.
    """

    def __init__(self, text: str, *, is_limit: bool = False, **values: str) -> None:
        self.text = text
        self.values = values
        self.is_limit = is_limit
        super().__init__(text % values)
