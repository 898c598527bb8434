"""An engine that can be started, and the modules that it must have."""

from dataclasses import dataclass
from pathlib import Path

# A bundle without these modules cannot do its work; an `asterisk` on PATH is checked for them too.
REQUIRED_MODULES = (
    "app_celgenuserevent",
    "app_dial",
    "app_echo",
    "app_playtones",
    "app_senddtmf",
    "app_verbose",
    "bridge_simple",
    "bridge_builtin_interval_features",
    "bridge_native_rtp",
    "bridge_softmix",
    "cel_custom",
    "chan_pjsip",
    "codec_alaw",
    "codec_g722",
    "codec_ulaw",
    "format_pcm",
    "res_musiconhold",
    "format_wav",
    "pbx_config",
    "res_agi",
    "res_ari_asterisk",
    "res_ari_channels",
    "res_clioriginate",
    "res_config_pgsql",
    "res_config_sqlite3",
    "res_hep",
    "res_hep_pjsip",
    "res_mutestream",
    "res_pjsip",
    "res_pjsip_header_funcs",
    "res_pjsip_pubsub",
    "res_pjsip_session",
    "res_rtp_asterisk",
    "res_sorcery_memory_cache",
    "res_sorcery_realtime",
    "res_srtp",
    "app_voicemail",
    "res_fax",
    "res_fax_spandsp",
)


@dataclass(frozen=True)
class Engine:
    """An Asterisk that can be started.

    `command` is the prefix that starts it; `module_dir` and `data_dir` belong into `astmoddir` and `astdatadir`.
    """

    command: tuple[str, ...]
    version: str
    module_dir: Path
    data_dir: Path
