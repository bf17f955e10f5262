//! What an operator can set, and where it comes from: `admint.toml`, then the environment (and a
//! `.env` file), then flags, each overriding the one before.

mod bucket;
mod budget;
mod folder;
mod models;
mod money;
mod network;
mod planners;
mod secret;
mod source;

use std::{net::SocketAddr, path::PathBuf};

use admint_domain::{Caps, Usd};
use serde::{Deserialize, Deserializer, de};

pub use admint_pipeline::STUDIO;
pub use bucket::AssetsUrl;
pub use budget::encoders;
pub use folder::DataFolder;
pub use models::{Chosen, ModelName};
pub use network::{Network, PublicUrl, TrustedProxies};
pub use planners::{BaseUrl, DollarsPerMillion, DollarsPerSecond};
pub use secret::{Credential, DatabaseUrl, Secret};
pub use source::{ConfigError, Flags, load, load_from};

/// Everything that can be set. [`source::load`] fills it; the defaults run AdMint on one machine
/// without any set-up.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// Where the database, the videos and the secret live.
    pub data_dir: PathBuf,
    /// `sqlite://...` or `postgres://...`; SQLite in the data folder if left out.
    pub database_url: Option<DatabaseUrl>,
    /// `s3://BUCKET/PREFIX` for published files; the data folder if left out. Then the data folder needs only
    /// room for what is being made, and for copies of what was used lately.
    pub assets_url: Option<AssetsUrl>,
    /// Where the bucket's service is, such as `https://s3.example.com`; Amazon's if left out.
    pub s3_endpoint: Option<String>,
    pub s3_region: Option<String>,
    /// With the secret; the machine's own role if left out.
    pub s3_access_key_id: Option<String>,
    pub s3_secret_access_key: Option<Credential>,
    /// A model that plans ads: its maker's key, address (Anthropic's if left out) and name. Asked before OpenAI's.
    pub anthropic_api_key: Option<Credential>,
    pub anthropic_base_url: Option<BaseUrl>,
    /// With it, Anthropic plans.
    pub anthropic_model: Option<String>,
    /// What a million tokens cost, where the model is not among those whose price is known.
    pub anthropic_input_price: Option<DollarsPerMillion>,
    pub anthropic_output_price: Option<DollarsPerMillion>,
    /// The same of OpenAI, or of any server that speaks like it: OpenRouter, vLLM, Ollama.
    pub openai_api_key: Option<Credential>,
    pub openai_base_url: Option<BaseUrl>,
    pub openai_model: Option<String>,
    pub openai_input_price: Option<DollarsPerMillion>,
    pub openai_output_price: Option<DollarsPerMillion>,
    /// As much as copies of a bucket's files may take on this machine's disk, in GiB.
    #[serde(deserialize_with = "number")]
    pub cache_gigabytes: usize,
    /// As much as one user's videos and pictures may take, in GiB; 0 sets no limit. So it is by default: who runs
    /// AdMint for themselves has a disk for a limit, and one that nobody chose would surprise at the worst moment.
    #[serde(deserialize_with = "gigabytes")]
    pub quota_gigabytes: usize,
    /// The most that may be spent on one ad, in US dollars; no limit if left out.
    #[serde(deserialize_with = "money::dollars")]
    pub ad_cap_usd: Option<Usd>,
    /// The most that one user may spend in a calendar month (UTC), in US dollars; no limit if left out.
    #[serde(deserialize_with = "money::dollars")]
    pub user_month_cap_usd: Option<Usd>,
    /// The address people type, such as `https://ads.example.com`. With https, cookies become
    /// `Secure` and browsers are told to stay on https.
    pub public_url: Option<PublicUrl>,
    /// Videos made at a time in this process; 0 leaves the work to `admint worker`. One for every two cores, up
    /// to eight, if left out.
    #[serde(deserialize_with = "number")]
    pub workers: usize,
    /// How long a worker may be silent before another takes its video, in seconds. A worker that was killed
    /// is followed after this long; a machine that may stall for longer than this needs more.
    #[serde(deserialize_with = "lease")]
    pub lease_seconds: usize,
    /// Where Temporal answers, such as `http://127.0.0.1:7233`: it then sees that what was begun ends. The database
    /// does if left out. Wants a program built with `--features temporal`; see `deploy/temporal.md`.
    pub temporal_url: Option<String>,
    pub temporal_namespace: String,
    /// What AdMint's processes find each other's work by. Those that share it share database and files too.
    pub temporal_task_queue: String,
    /// Filter of the log, as `tracing` knows it: `info`, `warn,server=debug`.
    pub log: Option<String>,
    pub log_format: LogFormat,
    /// Other sites whose scripts may call the API with the user's cookies.
    #[serde(deserialize_with = "list")]
    pub allowed_origins: Vec<PublicUrl>,
    /// Signs access tokens; made on the first start and kept in the data folder if left out.
    pub secret: Option<Secret>,
    /// Who makes the clips: models of the catalogue, or `studio`, each asked where the one before makes none.
    #[serde(deserialize_with = "list")]
    pub video_model: Vec<ModelName>,
    /// A file of more models, in the form of the packaged catalogue.
    pub models_file: Option<PathBuf>,
    /// By which Replicate knows this installation.
    pub replicate_api_token: Option<Credential>,
    /// By which calls of Replicate's are known; with it and the public address, it calls when a clip is done.
    pub replicate_webhook_secret: Option<Credential>,
    /// Where Replicate's API is; its public address if left out.
    pub replicate_base_url: Option<String>,
    /// Where a ComfyUI of one's own is, such as `http://192.168.0.7:8188`. No other address is asked for its models.
    pub comfyui_base_url: Option<BaseUrl>,
    /// What a proxy before it wants to be shown.
    pub comfyui_token: Option<Credential>,
    /// A folder of workflows, which take the place of the packaged ones of the same name.
    pub comfyui_workflows: Option<PathBuf>,
    /// What a second of a clip costs there in US dollars. On a machine of one's own that is nothing, so it is by
    /// default; who rents one says what they pay.
    pub comfyui_price_per_second: DollarsPerSecond,
    /// The ffmpeg program; the one on the PATH if left out.
    pub ffmpeg: Option<PathBuf>,
    pub ffprobe: Option<PathBuf>,
    /// Addresses or networks of reverse proxies whose `X-Forwarded-For` is believed.
    #[serde(deserialize_with = "list")]
    pub trusted_proxy: Vec<Network>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 3000)),
            data_dir: "data".into(),
            database_url: None,
            assets_url: None,
            s3_endpoint: None,
            s3_region: None,
            s3_access_key_id: None,
            s3_secret_access_key: None,
            anthropic_api_key: None,
            anthropic_base_url: None,
            anthropic_model: None,
            anthropic_input_price: None,
            anthropic_output_price: None,
            openai_api_key: None,
            openai_base_url: None,
            openai_model: None,
            openai_input_price: None,
            openai_output_price: None,
            cache_gigabytes: 4,
            quota_gigabytes: 0,
            ad_cap_usd: None,
            user_month_cap_usd: None,
            public_url: None,
            workers: default_workers(),
            lease_seconds: 30,
            temporal_url: None,
            temporal_namespace: "default".into(),
            temporal_task_queue: "admint".into(),
            log: None,
            log_format: LogFormat::Text,
            allowed_origins: Vec::new(),
            secret: None,
            video_model: vec![ModelName::studio()],
            models_file: None,
            replicate_api_token: None,
            replicate_webhook_secret: None,
            replicate_base_url: None,
            comfyui_base_url: None,
            comfyui_token: None,
            comfyui_workflows: None,
            comfyui_price_per_second: DollarsPerSecond::NOTHING,
            ffmpeg: None,
            ffprobe: None,
            trusted_proxy: Vec::new(),
        }
    }
}

impl Config {
    /// The keys of `admint.toml`, which are also the flags' names and, as `ADMINT_...`, the
    /// environment's.
    pub const KEYS: [&'static str; 44] = [
        "listen",
        "data_dir",
        "database_url",
        "assets_url",
        "s3_endpoint",
        "s3_region",
        "s3_access_key_id",
        "s3_secret_access_key",
        "anthropic_api_key",
        "anthropic_base_url",
        "anthropic_model",
        "anthropic_input_price",
        "anthropic_output_price",
        "openai_api_key",
        "openai_base_url",
        "openai_model",
        "openai_input_price",
        "openai_output_price",
        "cache_gigabytes",
        "quota_gigabytes",
        "ad_cap_usd",
        "user_month_cap_usd",
        "public_url",
        "workers",
        "lease_seconds",
        "temporal_url",
        "temporal_namespace",
        "temporal_task_queue",
        "log",
        "log_format",
        "allowed_origins",
        "secret",
        "video_model",
        "models_file",
        "replicate_api_token",
        "replicate_webhook_secret",
        "replicate_base_url",
        "comfyui_base_url",
        "comfyui_token",
        "comfyui_workflows",
        "comfyui_price_per_second",
        "ffmpeg",
        "ffprobe",
        "trusted_proxy",
    ];

    pub fn data_folder(&self) -> DataFolder {
        DataFolder::at(self.data_dir.clone())
    }

    /// Where the rows are: the configured database, or SQLite in the data folder.
    pub fn database(&self) -> DatabaseUrl {
        self.database_url.clone().unwrap_or_else(|| self.data_folder().sqlite())
    }

    /// As many bytes as one user's files may take.
    pub fn quota(&self) -> Option<u64> {
        (self.quota_gigabytes > 0).then_some((self.quota_gigabytes as u64) << 30)
    }

    /// What may be spent.
    pub fn caps(&self) -> Caps {
        Caps { ad: self.ad_cap_usd, user_month: self.user_month_cap_usd }
    }

    /// Whether browsers reach AdMint by https.
    pub fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(PublicUrl::is_https)
    }

    /// What to type into the browser.
    pub fn address(&self, listening: SocketAddr) -> String {
        match &self.public_url {
            Some(url) => url.origin().to_owned(),
            None => format!("http://{listening}"),
        }
    }
}

/// Drawing and encoding one video keeps two cores busy.
fn default_workers() -> usize {
    std::thread::available_parallelism().map_or(1, |cores| (cores.get() / 2).clamp(1, 8))
}

/// Twice the pause between two heartbeats, and then some.
fn lease<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    match number(deserializer)? {
        0..3 => Err(de::Error::custom("expected a whole number from 3 to 64")),
        seconds => Ok(seconds),
    }
}

/// Up to a pebibyte.
fn gigabytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    number_up_to(1 << 20, deserializer)
}

fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    number_up_to(64, deserializer)
}

/// A number, also written as text: the environment knows nothing else.
fn number_up_to<'de, D: Deserializer<'de>>(most: usize, deserializer: D) -> Result<usize, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Number(i64),
        Text(String),
    }
    let wrong = || de::Error::custom(format!("expected a whole number from 0 to {most}"));
    let number = match Written::deserialize(deserializer).map_err(|_| wrong())? {
        Written::Number(number) => number,
        Written::Text(text) => text.trim().parse().map_err(|_| wrong())?,
    };
    usize::try_from(number).ok().filter(|n| *n <= most).ok_or_else(wrong)
}

/// A list, also written as one text with commas.
fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: std::str::FromStr<Err = String>,
{
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        List(Vec<String>),
        Text(String),
    }
    let items = match Written::deserialize(deserializer)
        .map_err(|_| de::Error::custom("expected a list of texts, or one text with commas between them"))?
    {
        Written::List(items) => items,
        Written::Text(text) => text.split(',').map(str::to_owned).collect(),
    };
    items
        .iter()
        .map(|item| item.trim())
        .filter(|item| !item.is_empty())
        .map(|item| item.parse().map_err(de::Error::custom))
        .collect()
}
