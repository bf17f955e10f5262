//! Published files in an S3-compatible bucket.

use std::{fmt, fs, io, path::Path, time::Duration};

use object_store::{
    BackoffConfig, ClientOptions, ObjectStore, ObjectStoreExt, RetryConfig, WriteMultipart,
    aws::{AmazonS3, AmazonS3Builder},
    signer::{Method, SignedUrlOptions, Signer},
};
use tokio::io::AsyncReadExt;

use super::{
    Published, SavedAs, blocking,
    cache::{Cache, LocalFile},
    check_key, disk, io_error, measured, object_error,
};
use crate::StoreError;

/// Files from this size on are sent in parts of this size; S3 takes no smaller ones.
const PART: usize = 8 << 20;
/// Parts on their way at a time: with [`PART`] the memory that an upload takes.
const PARTS_AT_ONCE: usize = 4;

/// Where the bucket is and who asks.
#[derive(Clone)]
pub struct BucketConfig {
    pub bucket: String,
    /// Put before every key; may be empty.
    pub prefix: String,
    /// Of a service other than Amazon's.
    pub endpoint: Option<String>,
    pub region: Option<String>,
    /// Id and secret; without them what the machine itself was given is used.
    pub access_key: Option<(String, String)>,
    /// How many bytes of copies are kept on the local disk.
    pub cache_bytes: u64,
}

impl fmt::Debug for BucketConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bucket, prefix, endpoint, region, access_key: _, cache_bytes } = self;
        f.debug_struct("BucketConfig")
            .field("bucket", bucket)
            .field("prefix", prefix)
            .field("endpoint", endpoint)
            .field("region", region)
            .field("cache_bytes", cache_bytes)
            .finish_non_exhaustive()
    }
}

#[derive(Debug)]
pub(super) struct Bucket {
    objects: AmazonS3,
    name: String,
    prefix: Option<object_store::path::Path>,
    cache: Cache,
}

impl Bucket {
    pub fn open(root: &Path, config: &BucketConfig) -> Result<Self, StoreError> {
        let failed = |source| object_error("", source);
        // A request that fails is tried again for half a minute; what is worse than that is the job's to wait for.
        let retry = RetryConfig {
            backoff: BackoffConfig {
                init_backoff: Duration::from_millis(100),
                max_backoff: Duration::from_secs(5),
                base: 2.0,
            },
            max_retries: 6,
            retry_timeout: Duration::from_secs(30),
        };
        let mut client = ClientOptions::new()
            .with_timeout(Duration::from_secs(60))
            .with_connect_timeout(Duration::from_secs(5));
        // Only what is named counts, and the machine's own role; no variables that are for other programs.
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&config.bucket)
            .with_region(config.region.as_deref().unwrap_or("us-east-1"))
            .with_retry(retry);
        if let Some(endpoint) = &config.endpoint {
            let plain = endpoint.starts_with("http://");
            client = client.with_allow_http(plain);
            builder = builder.with_endpoint(endpoint).with_allow_http(plain);
        }
        if let Some((id, secret)) = &config.access_key {
            builder = builder.with_access_key_id(id).with_secret_access_key(secret);
        }
        let objects = builder.with_client_options(client).build().map_err(failed)?;
        let prefix = config.prefix.trim_matches('/');
        if !prefix.is_empty() {
            check_key(prefix)?;
        }
        Ok(Self {
            objects,
            name: config.bucket.clone(),
            prefix: (!prefix.is_empty()).then(|| prefix.into()),
            cache: Cache::open(root, config.cache_bytes)?,
        })
    }

    pub fn address(&self) -> String {
        match &self.prefix {
            Some(prefix) => format!("s3://{}/{prefix}", self.name),
            None => format!("s3://{}", self.name),
        }
    }

    pub fn objects(&self) -> &dyn ObjectStore {
        &self.objects
    }

    pub fn cache(&self) -> &Cache {
        &self.cache
    }

    pub fn prefix(&self) -> Option<&object_store::path::Path> {
        self.prefix.as_ref()
    }

    pub fn location(&self, key: &str) -> object_store::path::Path {
        match &self.prefix {
            Some(prefix) => format!("{prefix}/{key}").into(),
            None => key.into(),
        }
    }

    pub fn key_of(&self, location: &object_store::path::Path) -> String {
        let whole = location.as_ref();
        let prefix = self.prefix.as_ref().map_or("", |prefix| prefix.as_ref());
        whole.strip_prefix(prefix).unwrap_or(whole).trim_start_matches('/').to_owned()
    }

    /// Sends the file, which stays. It has its name when all of it is there.
    pub async fn upload(&self, from: &Path, key: &str) -> Result<Published, StoreError> {
        let published = blocking({
            let from = from.to_owned();
            move || disk::digest_of(&from, io::sink())
        })
        .await?;
        let location = self.location(key);
        let failed = |source| object_error(key, source);
        if published.bytes < PART as u64 {
            let bytes = tokio::fs::read(from).await.map_err(|source| io_error(from, source))?;
            self.objects.put(&location, bytes.into()).await.map_err(failed)?;
        } else {
            self.upload_in_parts(from, &location).await?;
        }
        // What the bucket says that it has, and not what was sent.
        let kept = self.objects.head(&location).await.map_err(failed)?;
        if kept.size != published.bytes {
            return Err(StoreError::Changed(key.to_owned()));
        }
        Ok(published)
    }

    async fn upload_in_parts(
        &self,
        from: &Path,
        location: &object_store::path::Path,
    ) -> Result<(), StoreError> {
        let failed = |source| object_error(location.as_ref(), source);
        let mut file = tokio::fs::File::open(from).await.map_err(|source| io_error(from, source))?;
        let upload = self.objects.put_multipart(location).await.map_err(failed)?;
        let mut parts = WriteMultipart::new_with_chunk_size(upload, PART);
        let mut buffer = vec![0; PART];
        let sent = loop {
            let read = match file.read(&mut buffer).await {
                Ok(0) => break Ok(()),
                Ok(read) => read,
                Err(source) => break Err(io_error(from, source)),
            };
            if let Err(source) = parts.wait_for_capacity(PARTS_AT_ONCE).await {
                break Err(failed(source));
            }
            parts.write(&buffer[..read]);
        };
        match sent {
            Ok(()) => parts.finish().await.map(drop).map_err(failed),
            Err(error) => {
                // The error that counts is the first one; what stays of the parts, the bucket's own rules remove.
                let _ = parts.abort().await;
                Err(error)
            }
        }
    }

    /// The file on the local disk, from the cache or fetched and held against its hash.
    pub async fn fetch(&self, key: &str, sha256: &str) -> Result<LocalFile, StoreError> {
        if let Some(file) = self.cache.get(key).await? {
            return Ok(file);
        }
        let part = self.cache.part();
        let fetched = self.download(key, sha256, &part).await;
        if fetched.is_err() {
            let _ = fs::remove_file(&part);
        }
        fetched?;
        self.cache.adopt(&part, key).await?;
        self.cache.get(key).await?.ok_or_else(|| StoreError::NoFile(key.to_owned()))
    }

    async fn download(&self, key: &str, sha256: &str, to: &Path) -> Result<(), StoreError> {
        use futures::{StreamExt, TryStreamExt};
        let found = match self.objects.get(&self.location(key)).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Err(StoreError::NoFile(key.to_owned())),
            Err(source) => return Err(object_error(key, source)),
        };
        let copy = fs::File::create(to).map_err(|source| io_error(to, source))?;
        let name = key.to_owned();
        let stream = found.into_stream().map_err(move |source| object_error(&name, source)).boxed();
        let fetched = measured(stream, &copy).await?;
        if fetched.sha256 != sha256 {
            return Err(StoreError::Changed(key.to_owned()));
        }
        Ok(())
    }

    pub async fn signed_url(
        &self,
        key: &str,
        saved_as: SavedAs<'_>,
        valid: Duration,
    ) -> Result<String, StoreError> {
        check_key(key)?;
        let options = SignedUrlOptions::default().with_query([
            ("response-content-disposition", saved_as.disposition),
            ("response-content-type", saved_as.content_type),
        ]);
        let url = self.objects.signed_url_opts(Method::GET, &self.location(key), valid, &options).await;
        Ok(url.map_err(|source| object_error(key, source))?.to_string())
    }
}
