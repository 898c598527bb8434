"""Every page of the panel; `tests/panel/test_doors.py` knows who may open which."""

from .accounts.urls import urlpatterns as accounts
from .audit.urls import urlpatterns as audit
from .call_plans.urls import urlpatterns as call_plans
from .calls.urls import urlpatterns as calls
from .companies.urls import urlpatterns as companies
from .company.urls import urlpatterns as company
from .devices.urls import urlpatterns as devices
from .external_numbers.urls import urlpatterns as external_numbers
from .faxes.urls import urlpatterns as faxes
from .finance.urls import urlpatterns as finance
from .fraud.urls import urlpatterns as fraud
from .guide.urls import urlpatterns as guide
from .installation.urls import urlpatterns as installation
from .numbers.urls import urlpatterns as numbers
from .numbers_stock.urls import urlpatterns as numbers_stock
from .people.urls import urlpatterns as people
from .phone.urls import urlpatterns as phone
from .pickers.urls import urlpatterns as pickers
from .price_lists.urls import urlpatterns as price_lists
from .sign_in.urls import urlpatterns as sign_in
from .sms.urls import urlpatterns as sms
from .sms_gateways.urls import urlpatterns as sms_gateways
from .status.urls import urlpatterns as status
from .strangers.urls import urlpatterns as strangers
from .tokens.urls import urlpatterns as tokens
from .trunks.urls import urlpatterns as trunks
from .voicemail.urls import urlpatterns as voicemail

urlpatterns = [
    *sign_in,
    *accounts,
    *devices,
    *numbers,
    *external_numbers,
    *pickers,
    *calls,
    *call_plans,
    *voicemail,
    *faxes,
    *sms,
    *finance,
    *people,
    *phone,
    *tokens,
    *audit,
    *company,
    *fraud,
    *status,
    *companies,
    *numbers_stock,
    *trunks,
    *sms_gateways,
    *strangers,
    *price_lists,
    *installation,
    *guide,
]
