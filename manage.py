"""Django's own commands, for developers: `make manage do=makemigrations`."""

import os
import sys

from django.core.management import execute_from_command_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "centralka.settings")
execute_from_command_line(sys.argv)
