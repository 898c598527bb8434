"""Every page of the panel; `tests/panel/test_doors.py` knows who may open which."""

from .accounts.urls import urlpatterns as accounts
from .calls.urls import urlpatterns as calls
from .companies.urls import urlpatterns as companies
from .company.urls import urlpatterns as company
from .people.urls import urlpatterns as people
from .sign_in.urls import urlpatterns as sign_in
from .tokens.urls import urlpatterns as tokens

urlpatterns = [*sign_in, *accounts, *calls, *people, *tokens, *company, *companies]
