//! Reads the configuration from its sources and says plainly what is wrong with it.

use std::{collections::BTreeMap, fmt, path::Path, path::PathBuf};

use figment::{
    Figment, Metadata, Profile, Provider,
    error::Kind,
    providers::{Format, Toml},
    value::{Dict, Map, Value},
};

use super::{Config, LogFormat};

const PREFIX: &str = "ADMINT_";
const DEFAULT_FILE: &str = "admint.toml";

/// Variables of ours that are no settings of the server.
const FOREIGN: [&str; 6] = ["CONFIG", "BIN", "TEST_", "E2E_", "XTASK_", "BENCH_"];

/// The settings as flags; each overrides the environment and `admint.toml`.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Settings (override the environment, which overrides admint.toml)")]
pub struct Flags {
    /// The configuration file [default: admint.toml, if it exists]
    #[arg(long, global = true, env = "ADMINT_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Address and port to listen on [default: 127.0.0.1:3000]
    #[arg(long, global = true, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// Where the database, the videos and the secret live [default: data]
    #[arg(long, global = true, value_name = "FOLDER")]
    pub data_dir: Option<String>,
    /// sqlite://... or postgres://... [default: SQLite in the data folder]
    #[arg(long, global = true, value_name = "URL")]
    pub database_url: Option<String>,
    /// s3://BUCKET/PREFIX for published files [default: the data folder]
    #[arg(long, global = true, value_name = "URL")]
    pub assets_url: Option<String>,
    /// The address people type
    #[arg(long, global = true, value_name = "URL")]
    pub public_url: Option<String>,
    /// Videos made at a time in this process [default: one for two cores]
    #[arg(long, global = true, value_name = "N")]
    pub workers: Option<String>,
    /// How long a worker may be silent before another takes its video [default: 30]
    #[arg(long, global = true, value_name = "SECONDS")]
    pub lease_seconds: Option<String>,
    /// Temporal's address, for jobs on Temporal [default: none, jobs are the database's]
    #[arg(long, global = true, value_name = "URL")]
    pub temporal_url: Option<String>,
    /// Filter of the log, such as info or debug [default: info]
    #[arg(long, global = true, value_name = "FILTER")]
    pub log: Option<String>,
    #[arg(long, global = true)]
    pub log_format: Option<LogFormat>,
    /// The ffmpeg program [default: from the PATH]
    #[arg(long, global = true, value_name = "FILE")]
    pub ffmpeg: Option<String>,
    /// The ffprobe program [default: from the PATH]
    #[arg(long, global = true, value_name = "FILE")]
    pub ffprobe: Option<String>,
}

impl Flags {
    fn settings(&self) -> Settings {
        let log_format = self.log_format.map(|format| match format {
            LogFormat::Text => "text".to_owned(),
            LogFormat::Json => "json".to_owned(),
        });
        let given = [
            ("listen", &self.listen),
            ("data_dir", &self.data_dir),
            ("database_url", &self.database_url),
            ("assets_url", &self.assets_url),
            ("public_url", &self.public_url),
            ("workers", &self.workers),
            ("lease_seconds", &self.lease_seconds),
            ("temporal_url", &self.temporal_url),
            ("log", &self.log),
            ("log_format", &log_format),
            ("ffmpeg", &self.ffmpeg),
            ("ffprobe", &self.ffprobe),
        ];
        let values =
            given.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value.clone()?))).collect();
        Settings { source: "flags", values }
    }
}

/// What is wrong, where, and in which setting.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    /// One line for each mistake.
    pub mistakes: Vec<String>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.mistakes.join("\n"))
    }
}

/// The configuration of this process, with a warning for each `ADMINT_` variable that means nothing.
pub fn load(flags: &Flags) -> Result<(Config, Vec<String>), ConfigError> {
    let mut environment = dot_env(Path::new(".env"))?;
    environment.extend(std::env::vars_os().filter_map(|(name, value)| {
        // A variable that is no text is no setting of ours; one of ours that is no text is wrong below.
        Some((name.into_string().ok()?, value.to_string_lossy().into_owned()))
    }));
    load_from(flags, &environment, Path::new(DEFAULT_FILE))
}

/// [`load`] from the given environment; `default_file` is read if it exists and no other is named.
pub fn load_from(
    flags: &Flags,
    environment: &BTreeMap<String, String>,
    default_file: &Path,
) -> Result<(Config, Vec<String>), ConfigError> {
    let file = match &flags.config {
        Some(file) if !file.is_file() => {
            return Err(ConfigError {
                mistakes: vec![format!("there is no configuration file {}", file.display())],
            });
        }
        Some(file) => file,
        None => default_file,
    };
    let (variables, mut warnings) = variables(environment);
    let file = if file.is_file() { Figment::from(Toml::file_exact(file)) } else { Figment::new() };
    let config: Config = file
        .merge(variables)
        .merge(flags.settings())
        .extract()
        .map_err(|errors| ConfigError { mistakes: errors.into_iter().map(explain).collect() })?;
    warnings.extend(config.planners_without_model().into_iter().map(|setting| {
        format!("{setting} names no model, so its key and address are not used; Studio plans alone")
    }));
    Ok((config, warnings))
}

/// The settings among the variables. An unknown one is only warned about: orchestrators add their
/// own, such as `ADMINT_PORT` for a service named admint. An empty one counts as not set.
fn variables(environment: &BTreeMap<String, String>) -> (Settings, Vec<String>) {
    let mut values = BTreeMap::new();
    let mut warnings = Vec::new();
    for (name, value) in environment {
        let Some(key) = name.strip_prefix(PREFIX) else { continue };
        let setting = key.to_ascii_lowercase();
        if Config::KEYS.contains(&setting.as_str()) {
            if !value.trim().is_empty() {
                values.insert(setting, value.clone());
            }
        } else if !FOREIGN.iter().any(|foreign| key.starts_with(foreign)) {
            warnings.push(format!("the environment variable {name} is no setting of AdMint and is ignored"));
        }
    }
    (Settings { source: "environment", values }, warnings)
}

/// `KEY=value` lines; `#` starts a comment line, quotes around a value are taken off.
fn dot_env(path: &Path) -> Result<BTreeMap<String, String>, ConfigError> {
    let Ok(text) = std::fs::read_to_string(path) else { return Ok(BTreeMap::new()) };
    let mut values = BTreeMap::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let Some((name, value)) = line.split_once('=') else {
            let mistake = format!("{}, line {}: expected NAME=value", path.display(), number + 1);
            return Err(ConfigError { mistakes: vec![mistake] });
        };
        let value = value.trim();
        let unquoted = ['"', '\'']
            .iter()
            .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))
            .unwrap_or(value);
        values.insert(name.trim().to_owned(), unquoted.to_owned());
    }
    Ok(values)
}

/// Settings that are texts: from the environment or from flags.
struct Settings {
    source: &'static str,
    values: BTreeMap<String, String>,
}

impl Provider for Settings {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.source)
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let values =
            self.values.iter().map(|(key, value)| (key.clone(), Value::from(value.clone()))).collect();
        Ok(Profile::Default.collect(values))
    }
}

/// One mistake as a sentence that names the key as its source spells it.
fn explain(error: figment::Error) -> String {
    let source = error.metadata.as_ref();
    let spelled = |key: &str| match source.map(|source| source.name.as_ref()) {
        Some("environment") => format!("{PREFIX}{}", key.to_ascii_uppercase()),
        Some("flags") => format!("--{}", key.replace('_', "-")),
        _ => match source.and_then(|source| source.source.as_ref()).and_then(|source| source.file_path()) {
            Some(file) => format!("{}: `{key}`", file.display()),
            None => format!("`{key}`"),
        },
    };
    let key = error.path.first().map_or("", String::as_str);
    match &error.kind {
        Kind::UnknownField(field, _) => {
            format!(
                "{} is no setting of AdMint; the settings are {}",
                spelled(field),
                Config::KEYS.join(", ")
            )
        }
        // The value of a secret must not get into the message.
        Kind::InvalidType(_, expected) | Kind::InvalidValue(_, expected)
            if matches!(
                key,
                "secret" | "database_url" | "replicate_api_token" | "replicate_webhook_secret"
            ) =>
        {
            format!("{}: expected {expected}", spelled(key))
        }
        kind if key.is_empty() => match source.and_then(|s| s.source.as_ref()).and_then(|s| s.file_path()) {
            Some(file) => format!("{}: {kind}", file.display()),
            None => kind.to_string(),
        },
        kind => format!("{}: {kind}", spelled(key)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(
        file: &str,
        environment: &[(&str, &str)],
        flags: &Flags,
    ) -> Result<(Config, Vec<String>), ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(DEFAULT_FILE);
        std::fs::write(&path, file).unwrap();
        let environment = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        load_from(flags, &environment, &path)
    }

    #[track_caller]
    fn check_mistake(file: &str, environment: &[(&str, &str)], parts: &[&str]) {
        let error = read(file, environment, &Flags::default()).unwrap_err().to_string();
        for part in parts {
            assert!(error.contains(part), "`{part}` is not in: {error}");
        }
        assert!(!error.contains("hunter2"), "{error}");
    }

    #[test]
    fn flags_override_the_environment_which_overrides_the_file() {
        let file = "listen = '127.0.0.1:1'\nworkers = 3\nlog = 'warn'";
        let environment = [("ADMINT_LISTEN", "127.0.0.1:2"), ("ADMINT_WORKERS", "4"), ("PATH", "/bin")];
        let flags = Flags { listen: Some("127.0.0.1:3".into()), ..Flags::default() };
        let (config, warnings) = read(file, &environment, &flags).unwrap();
        assert_eq!((config.listen.port(), config.workers, config.log.as_deref()), (3, 4, Some("warn")));
        assert!(warnings.is_empty());
    }

    #[test]
    fn nothing_set_is_a_working_configuration() {
        let (config, _) =
            load_from(&Flags::default(), &BTreeMap::new(), Path::new("/nowhere/admint.toml")).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
        assert_eq!(config.database().expose(), "sqlite://data/admint.db?mode=rwc");
        assert_eq!(config.quota(), None);
    }

    #[test]
    fn a_models_key_is_read_and_never_shown() {
        let environment = [
            ("ADMINT_OPENAI_API_KEY", "sk-hunter2"),
            ("ADMINT_OPENAI_MODEL", "gpt-5-mini"),
            ("ADMINT_OPENAI_INPUT_PRICE", "0.25"),
        ];
        let (config, warnings) = read("openai_output_price = 2", &environment, &Flags::default()).unwrap();
        let chat = config.openai().unwrap();
        assert!(chat.prices.is_some() && warnings.is_empty());
        assert!(!format!("{config:?}{chat:?}").contains("hunter2"));
        let (_, warnings) = read("", &environment[..1], &Flags::default()).unwrap();
        assert!(warnings[0].contains("openai_model"), "{warnings:?}");
        check_mistake("openai_api_key = ['hunter2']", &[], &["`openai_api_key`", "expected a text"]);
        check_mistake("", &[("ADMINT_OPENAI_BASE_URL", "https://hunter2@x")], &["ADMINT_OPENAI_BASE_URL"]);
        check_mistake(
            "",
            &[("ADMINT_OPENAI_INPUT_PRICE", "cheap")],
            &["ADMINT_OPENAI_INPUT_PRICE", "dollars"],
        );
    }

    #[test]
    fn a_quota_is_in_gibibytes() {
        let (config, _) = read("quota_gigabytes = 500", &[], &Flags::default()).unwrap();
        assert_eq!(config.quota(), Some(500 << 30));
        let (config, _) =
            read("quota_gigabytes = 500", &[("ADMINT_QUOTA_GIGABYTES", "0")], &Flags::default()).unwrap();
        assert_eq!(config.quota(), None);
    }

    #[test]
    fn mistakes_name_the_key_and_its_source() {
        check_mistake("listne = 'x'", &[], &["admint.toml", "`listne`", "listen"]);
        check_mistake("workers = 'many'", &[], &["admint.toml", "`workers`", "whole number"]);
        check_mistake("workers = true", &[], &["`workers`", "whole number"]);
        check_mistake("lease_seconds = 2", &[], &["`lease_seconds`", "from 3 to 64"]);
        check_mistake("cache_gigabytes = 65", &[], &["`cache_gigabytes`", "from 0 to 64"]);
        check_mistake("", &[("ADMINT_QUOTA_GIGABYTES", "1.5")], &["ADMINT_QUOTA_GIGABYTES", "whole number"]);
        check_mistake("listen = 7", &[], &["`listen`"]);
        check_mistake("listen = ", &[], &["admint.toml"]);
        check_mistake("", &[("ADMINT_LISTEN", "here")], &["ADMINT_LISTEN"]);
        check_mistake("", &[("ADMINT_WORKERS", "-1")], &["ADMINT_WORKERS", "whole number"]);
        check_mistake("", &[("ADMINT_LOG_FORMAT", "xml")], &["ADMINT_LOG_FORMAT", "xml"]);
        check_mistake("", &[("ADMINT_SECRET", "hunter2")], &["ADMINT_SECRET", "32 characters"]);
        check_mistake(
            "",
            &[("ADMINT_DATABASE_URL", "mysql://u:hunter2@x")],
            &["ADMINT_DATABASE_URL", "sqlite"],
        );
        check_mistake("database_url = ['hunter2']", &[], &["`database_url`"]);
        check_mistake(
            "",
            &[("ADMINT_ALLOWED_ORIGINS", "https://a.example,b")],
            &["ADMINT_ALLOWED_ORIGINS", "`b`"],
        );
    }

    #[test]
    fn unknown_variables_are_warned_about_and_empty_ones_ignored() {
        let environment = [("ADMINT_LISTNE", "x"), ("ADMINT_LISTEN", ""), ("ADMINT_BIN", "/bin/admint")];
        let (config, warnings) = read("", &environment, &Flags::default()).unwrap();
        assert_eq!(config.listen.port(), 3000);
        assert_eq!(warnings.len(), 1);
        assert!(warnings[0].contains("ADMINT_LISTNE"));
    }

    #[test]
    fn lists_are_lists_or_texts_with_commas() {
        let (config, _) = read(
            "allowed_origins = ['https://a.example', 'https://b.example/']",
            &[("ADMINT_TRUSTED_PROXY", "10.0.0.1, 10.2.0.0/16")],
            &Flags::default(),
        )
        .unwrap();
        assert_eq!(config.allowed_origins[1].origin(), "https://b.example");
        assert_eq!(config.trusted_proxy.len(), 2);
    }

    #[test]
    fn every_key_is_documented_in_the_example() {
        let example = include_str!("../../../.env.example");
        for key in Config::KEYS {
            let name = format!("{PREFIX}{}=", key.to_ascii_uppercase());
            assert!(example.contains(&name), "{name} is missing in .env.example");
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        std::fs::write(&path, example.replace("# ADMINT_", "ADMINT_")).unwrap();
        let environment = dot_env(&path).unwrap();
        load_from(&Flags::default(), &environment, Path::new("/nowhere")).unwrap();
    }
}
