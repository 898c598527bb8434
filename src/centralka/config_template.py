"""The templates of configurations: those of engine, edge and sandbox carrier."""

import string


class ConfigTemplate(string.Template):
    """A template with @{name}, since ${name} is the dialplan's."""

    delimiter = "@"
