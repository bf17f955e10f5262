//! Where published files are, if not in the data folder.

use std::str::FromStr;

use admint_store::BucketConfig;
use serde::{Deserialize, de};

use super::Config;

/// `s3://BUCKET` or `s3://BUCKET/PREFIX`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetsUrl {
    bucket: String,
    prefix: String,
}

impl FromStr for AssetsUrl {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "expected s3://BUCKET or s3://BUCKET/PREFIX, of a-z, 0-9, `-`, `_` and `.`".to_owned();
        let rest = text.trim().strip_prefix("s3://").ok_or_else(wrong)?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let prefix = prefix.trim_end_matches('/');
        let is_plain = |part: &str| {
            !part.is_empty()
                && !part.starts_with('.')
                && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c))
        };
        if !is_plain(bucket) || !(prefix.is_empty() || prefix.split('/').all(is_plain)) {
            return Err(wrong());
        }
        Ok(Self { bucket: bucket.to_owned(), prefix: prefix.to_owned() })
    }
}

impl<'de> Deserialize<'de> for AssetsUrl {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl Config {
    /// The bucket that holds the published files; none keeps them in the data folder.
    pub fn bucket(&self) -> Option<BucketConfig> {
        self.assets_url.as_ref().map(|url| self.bucket_at(url))
    }

    /// A bucket of the configured service.
    pub fn bucket_at(&self, url: &AssetsUrl) -> BucketConfig {
        let AssetsUrl { bucket, prefix } = url.clone();
        let secret = self.s3_secret_access_key.as_ref().map(|secret| secret.expose().to_owned());
        BucketConfig {
            bucket,
            prefix,
            endpoint: self.s3_endpoint.clone(),
            region: self.s3_region.clone(),
            access_key: self.s3_access_key_id.clone().zip(secret),
            cache_bytes: (self.cache_gigabytes as u64) << 30,
            patience: BucketConfig::PATIENCE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_buckets() {
        let parsed =
            |bucket: &str, prefix: &str| Ok(AssetsUrl { bucket: bucket.into(), prefix: prefix.into() });
        assert_eq!("s3://ads".parse(), parsed("ads", ""));
        assert_eq!("s3://ads/".parse(), parsed("ads", ""));
        assert_eq!(" s3://my-ads.example/admint/files/ ".parse(), parsed("my-ads.example", "admint/files"));
        for wrong in ["", "s3://", "s3:///x", "https://ads", "s3://ads/../x", "s3://ads//x", "s3://a b"] {
            assert!(wrong.parse::<AssetsUrl>().is_err(), "{wrong}");
        }
    }
}
