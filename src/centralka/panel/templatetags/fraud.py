"""Countries by their names."""

from django import template

from centralka.actions.fraud_words import area_in_words

register = template.Library()
register.filter("country", area_in_words)
