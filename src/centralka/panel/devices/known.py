"""The apps and makers that the panel has instructions for; docs/phones.en.md says what was tried of them."""

from django.utils.translation import gettext_lazy as _

from .device import Device, Field, Step, Value

_COMPUTER = _("computer")
_COMPUTER_AND_MOBILE = _("computer and mobile phone")
_MOBILE = _("mobile phone")
_DESK = _("desk phone")
_ANY = _("anything that speaks SIP")

_PAGE_OF_THE_PHONE = _(
    "Type that address into the browser of a computer in the same network and sign in as “admin”; the password stands "
    "in the phone's manual or on its bottom."
)

LINPHONE = Device(
    "linphone",
    "Linphone",
    _COMPUTER_AND_MOBILE,
    "tcp",
    (
        Step(_("Install Linphone from linphone.org, on a mobile phone from its shop for apps.")),
        Step(_("At the first start choose “Third-party SIP account”, later the menu and “Add an account”.")),
        Step(
            _("Type in:"),
            (
                Field("Username", Value.LOGIN),
                Field("Password", Value.PASSWORD),
                Field("Domain", Value.SERVER_AND_PORT),
                Field("Display name", Value.NAME),
                Field("Transport", Value.TRANSPORT),
            ),
        ),
        Step(_("Choose “Login”. Beside the account it says “Connected” then.")),
    ),
    encrypted=(
        Step(
            _("In Linphone's settings, among those of calls, choose:"),
            (Field("Media encryption", "DTLS"), Field("Media encryption mandatory", "on")),
        ),
        Step(_("Among the settings of the account choose:"), (Field("AVPF", "on"),)),
    ),
    knows_dtls=True,
    authentication=(
        Step(
            _("Open the settings of the account, “Advanced”, type in, and save:"),
            (Field("Authentication user ID", Value.AUTHENTICATION),),
        ),
    ),
)
ZOIPER = Device(
    "zoiper",
    "Zoiper 5",
    _COMPUTER_AND_MOBILE,
    "tcp",
    (
        Step(_("Install Zoiper from zoiper.com, on a mobile phone from its shop for apps.")),
        Step(
            _("Choose “Continue as a free user” if it asks, and type in:"),
            (Field("Username / Login", Value.LOGIN_AT_SERVER), Field("Password", Value.PASSWORD)),
        ),
        Step(
            _("Choose “Create an account” and leave the server as it is:"), (Field("Hostname", Value.SERVER_AND_PORT),)
        ),
        Step(_("Where it asks for an outbound proxy choose “Skip”.")),
        Step(_("Zoiper tries what works. Choose the line that turned green:"), (Field("SIP", Value.TRANSPORT),)),
    ),
    encrypted=(
        Step(
            _("In the settings of the account choose (the free version has no encryption):"),
            (Field("Encryption", "SDES SRTP"),),
        ),
    ),
    authentication=(
        Step(
            _("In the settings of the account switch “Use Auth. username” on, and type in:"),
            (Field("Auth. username", Value.AUTHENTICATION),),
        ),
    ),
)
MICROSIP = Device(
    "microsip",
    "MicroSIP",
    _COMPUTER,
    "udp",
    (
        Step(_("Install MicroSIP from microsip.org (Windows).")),
        Step(_("Open the menu (the arrow at the upper right) and choose “Add Account…”.")),
        Step(
            _("Type in:"),
            (
                Field("Account Name", Value.NAME),
                Field("SIP Server", Value.SERVER_AND_PORT),
                Field("Username", Value.LOGIN),
                Field("Domain", Value.SERVER_AND_PORT),
                Field("Login", Value.AUTHENTICATION),
                Field("Password", Value.PASSWORD),
                Field("Voicemail Number", Value.MAILBOX),
                Field("Transport", Value.TRANSPORT),
            ),
        ),
        Step(_("Choose “Save”. At the bottom of the window it says “Online” then.")),
    ),
    encrypted=(
        Step(_("In the settings of the account choose:"), (Field("Media Encryption", "Mandatory SRTP (RTP/SAVP)"),)),
    ),
)
GROUNDWIRE = Device(
    "groundwire",
    "Groundwire",
    _MOBILE,
    "tcp",
    (
        Step(_("Install Groundwire from the shop for apps of the mobile phone. It is a paid app.")),
        Step(_("Open its settings, “Accounts”, the plus sign, and choose “Generic SIP Account”.")),
        Step(
            _("Type in:"),
            (
                Field("Title", Value.NAME),
                Field("Username", Value.LOGIN),
                Field("Password", Value.PASSWORD),
                Field("Domain", Value.SERVER_AND_PORT),
            ),
        ),
        Step(_("Under “Advanced Settings” choose:"), (Field("Transport Protocol", Value.TRANSPORT),)),
        Step(_("Choose “Save”. The account gets a green dot.")),
    ),
    encrypted=(
        Step(
            _("Under “Advanced Settings”, “Secure Calls” choose:"),
            (Field("Incoming Calls", "SDES, required"), Field("Outgoing Calls", "SDES, required")),
        ),
    ),
    authentication=(
        Step(_("Under “Advanced Settings” type in, and save again:"), (Field("Auth Username", Value.AUTHENTICATION),)),
    ),
)
YEALINK = Device(
    "yealink",
    "Yealink",
    _DESK,
    "udp",
    (
        Step(_("Press OK on the phone: it shows its address (IPv4).")),
        Step(_PAGE_OF_THE_PHONE),
        Step(
            _("Open “Account”, “Register”, and type in:"),
            (
                Field("Line Active", "Enabled"),
                Field("Label", Value.NAME),
                Field("Display Name", Value.NAME),
                Field("Register Name", Value.AUTHENTICATION),
                Field("User Name", Value.LOGIN),
                Field("Password", Value.PASSWORD),
                Field("Server Host", Value.SERVER),
                Field("Port", Value.PORT),
                Field("Transport", Value.TRANSPORT),
            ),
        ),
        Step(_("Choose “Confirm”. Beside “Register Status” it says “Registered” then.")),
        Step(_("Under “Account”, “Advanced” the mailbox key gets its number:"), (Field("Voice Mail", Value.MAILBOX),)),
    ),
    encrypted=(Step(_("Under “Account”, “Advanced” choose:"), (Field("RTP Encryption (SRTP)", "Compulsory"),)),),
)
GRANDSTREAM = Device(
    "grandstream",
    "Grandstream",
    _DESK,
    "udp",
    (
        Step(_("On the phone open the menu and “Status”, “Network Status”: it shows its address.")),
        Step(_PAGE_OF_THE_PHONE),
        Step(
            _("Open “Accounts”, “Account 1”, “General Settings”, and type in:"),
            (
                Field("Account Active", "Yes"),
                Field("Account Name", Value.NAME),
                Field("SIP Server", Value.SERVER_AND_PORT),
                Field("SIP User ID", Value.LOGIN),
                Field("SIP Authentication ID", Value.AUTHENTICATION),
                Field("SIP Authentication Password", Value.PASSWORD),
                Field("Name", Value.NAME),
                Field("Voice Mail Access Number", Value.MAILBOX),
            ),
        ),
        Step(_("Under “SIP Settings”, “Basic Settings” choose:"), (Field("SIP Transport", Value.TRANSPORT),)),
        Step(_("Choose “Save and Apply”. Under “Status” the account is registered then.")),
    ),
    encrypted=(Step(_("Under “Audio Settings” choose:"), (Field("SRTP Mode", "Enabled and Forced"),)),),
)
SNOM = Device(
    "snom",
    "Snom",
    _DESK,
    "udp",
    (
        Step(_("On the phone open the menu and “Information”, “Status Info”: it shows its address.")),
        Step(_PAGE_OF_THE_PHONE),
        Step(
            _("Open “Identity 1”, “Login”, and type in:"),
            (
                Field("Identity active", "on"),
                Field("Display Name", Value.NAME),
                Field("Account", Value.LOGIN),
                Field("Password", Value.PASSWORD),
                Field("Registrar", Value.SERVER_AND_PORT),
                Field("Authentication Username", Value.AUTHENTICATION),
                Field("Mailbox", Value.MAILBOX),
            ),
        ),
        Step(_("Choose “Apply”, and “Save” if the page asks for it.")),
    ),
    encrypted=(
        Step(
            _("On the same page, so that it registers over TLS:"),
            (Field("Outbound Proxy", Value.SERVER_OVER_TLS),),
        ),
        Step(
            _("Under “RTP” choose:"),
            (Field("RTP Encryption", "on"), Field("RTP/SAVP", "mandatory")),
        ),
    ),
)
FANVIL = Device(
    "fanvil",
    "Fanvil",
    _DESK,
    "udp",
    (
        Step(_("On the phone open the menu and “Status”: it shows its address.")),
        Step(_PAGE_OF_THE_PHONE),
        Step(
            _("Open “Line”, “SIP”, line 1, and type in:"),
            (
                Field("Line Status", "Activate"),
                Field("Username", Value.LOGIN),
                Field("Display Name", Value.NAME),
                Field("Authentication Name", Value.AUTHENTICATION),
                Field("Authentication Password", Value.PASSWORD),
                Field("Server Address", Value.SERVER),
                Field("Server Port", Value.PORT),
                Field("Transport Protocol", Value.TRANSPORT),
            ),
        ),
        Step(_("Choose “Apply”. Beside “Line Status” it says “Registered” then.")),
    ),
    encrypted=(
        Step(_("Under “Line”, “SIP”, “Advanced Settings” choose:"), (Field("RTP Encryption (SRTP)", "Compulsory"),)),
    ),
)
OTHER = Device(
    "other",
    _("Another phone or app"),
    _ANY,
    "udp",
    (
        Step(_("On a desk phone open its web page; in an app choose to add a SIP account.")),
        Step(
            _("Type in; the names of the fields may differ:"),
            (
                Field("User name", Value.LOGIN),
                Field("Authentication name, authentication ID", Value.AUTHENTICATION),
                Field("Password", Value.PASSWORD),
                Field("Server, domain, registrar", Value.SERVER),
                Field("Port", Value.PORT),
                Field("Transport", Value.TRANSPORT),
                Field("Voice mail number", Value.MAILBOX),
            ),
        ),
    ),
    encrypted=(
        Step(
            _("Switch its encryption of calls on, and choose the one that it has:"),
            (Field("SRTP, media encryption", "DTLS-SRTP / SDES"),),
        ),
    ),
    knows_dtls=True,
)

DEVICES = {
    device.slug: device
    for device in (LINPHONE, ZOIPER, MICROSIP, GROUNDWIRE, YEALINK, GRANDSTREAM, SNOM, FANVIL, OTHER)
}
