//! Published files in an S3-compatible bucket.

use std::{fmt, fs, path::Path, time::Duration};

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use object_store::{
    BackoffConfig, ClientOptions, ObjectStore, ObjectStoreExt, RetryConfig, WriteMultipart,
    aws::{AmazonS3, AmazonS3Builder},
    signer::{Method, SignedUrlOptions, Signer},
};
use sha2::{Digest, Sha256};

use super::{
    ByteStream, Published, SavedAs,
    cache::{Cache, LocalFile},
    check_key, io_error, measured, object_error, whole,
};
use crate::StoreError;

/// Files from this size on are sent in parts of this size; S3 takes no smaller ones.
const PART: usize = 8 << 20;
/// Parts on their way at a time: with [`PART`] the memory that an upload takes.
const PARTS_AT_ONCE: usize = 4;

/// No request takes longer, however steadily its answer drips.
const LONGEST: Duration = Duration::from_hours(1);

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
    /// How long the service may be silent in the middle of an answer, or take for the eight megabytes of a part.
    pub patience: Duration,
}

impl BucketConfig {
    pub const PATIENCE: Duration = Duration::from_secs(120);
}

impl fmt::Debug for BucketConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bucket, prefix, endpoint, region, access_key: _, cache_bytes, patience } = self;
        f.debug_struct("BucketConfig")
            .field("bucket", bucket)
            .field("prefix", prefix)
            .field("endpoint", endpoint)
            .field("region", region)
            .field("cache_bytes", cache_bytes)
            .field("patience", patience)
            .finish_non_exhaustive()
    }
}

#[derive(Debug)]
pub(super) struct Bucket {
    objects: AmazonS3,
    name: String,
    prefix: Option<object_store::path::Path>,
}

impl Bucket {
    pub fn open(config: &BucketConfig) -> Result<Self, StoreError> {
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
        // What comes slowly comes, and what does not come is not waited for.
        let mut client = ClientOptions::new()
            .with_read_timeout(config.patience)
            .with_timeout(LONGEST)
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
        Ok(Self { objects, name: config.bucket.clone(), prefix: (!prefix.is_empty()).then(|| prefix.into()) })
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
        let stream = whole(from).await?.ok_or_else(|| StoreError::NoFile(from.display().to_string()))?;
        self.send(stream, key).await
    }

    /// Sends what comes, in parts where it is long, a few of which are all that is in memory. It has its name when
    /// all of it is there.
    pub async fn send(&self, mut stream: ByteStream, key: &str) -> Result<Published, StoreError> {
        check_key(key)?;
        let location = self.location(key);
        let failed = |source| object_error(key, source);
        let (mut hash, mut bytes) = (Sha256::new(), 0);
        let mut head = Vec::new();
        let mut parts = None;
        let sent: Result<(), StoreError> = async {
            while let Some(chunk) = stream.try_next().await? {
                hash.update(&chunk);
                bytes += chunk.len() as u64;
                match &mut parts {
                    None => head.extend_from_slice(&chunk),
                    Some(parts) => write(parts, &chunk).await.map_err(failed)?,
                }
                if head.len() >= PART {
                    let upload = self.objects.put_multipart(&location).await.map_err(failed)?;
                    let parts = parts.insert(WriteMultipart::new_with_chunk_size(upload, PART));
                    write(parts, &std::mem::take(&mut head)).await.map_err(failed)?;
                }
            }
            Ok(())
        }
        .await;
        match (sent, parts) {
            (Ok(()), None) => {
                self.objects.put(&location, head.into()).await.map_err(failed)?;
            }
            (Ok(()), Some(parts)) => {
                parts.finish().await.map_err(failed)?;
            }
            (Err(error), None) => return Err(error),
            (Err(error), Some(parts)) => {
                // The error that counts is the first one; what stays of the parts, the bucket's own rules remove.
                let _ = parts.abort().await;
                return Err(error);
            }
        }
        // What the bucket says that it has, and not what was sent.
        let kept = self.objects.head(&location).await.map_err(failed)?;
        if kept.size != bytes {
            return Err(StoreError::Changed(key.to_owned()));
        }
        Ok(Published { bytes, sha256: hex::encode(hash.finalize()) })
    }

    /// Writes a file that is small.
    pub async fn put(&self, key: &str, bytes: Bytes) -> Result<(), StoreError> {
        let put = self.objects.put(&self.location(key), bytes.into()).await;
        put.map(drop).map_err(|source| object_error(key, source))
    }

    pub async fn delete(&self, key: &str) -> Result<(), StoreError> {
        match self.objects.delete(&self.location(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(source) => Err(object_error(key, source)),
        }
    }

    /// The key's bytes; none if there is no such file.
    pub async fn stream(&self, key: &str) -> Result<Option<ByteStream>, StoreError> {
        check_key(key)?;
        let name = key.to_owned();
        match self.objects.get(&self.location(key)).await {
            Ok(found) => {
                let stream = found.into_stream().map_err(move |source| object_error(&name, source));
                Ok(Some(stream.boxed()))
            }
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(source) => Err(object_error(key, source)),
        }
    }

    /// Whether everything here lies in the other bucket, below its prefix.
    pub fn is_below(&self, other: &Self) -> bool {
        let parts = |bucket: &Self| -> Vec<String> {
            bucket
                .prefix
                .iter()
                .flat_map(|prefix| prefix.parts())
                .map(|part| part.as_ref().to_owned())
                .collect()
        };
        self.name == other.name && parts(self).starts_with(&parts(other))
    }

    /// The file on the local disk, from the cache or fetched and held against its hash.
    pub async fn fetch(&self, cache: &Cache, key: &str, sha256: &str) -> Result<LocalFile, StoreError> {
        if let Some(file) = cache.get(key).await? {
            return Ok(file);
        }
        let part = cache.part();
        let fetched = self.download(key, sha256, &part).await;
        if fetched.is_err() {
            let _ = fs::remove_file(&part);
        }
        fetched?;
        cache.adopt(&part, key).await?;
        cache.get(key).await?.ok_or_else(|| StoreError::NoFile(key.to_owned()))
    }

    async fn download(&self, key: &str, sha256: &str, to: &Path) -> Result<(), StoreError> {
        let stream = self.stream(key).await?.ok_or_else(|| StoreError::NoFile(key.to_owned()))?;
        let copy = fs::File::create(to).map_err(|source| io_error(to, source))?;
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

/// No more than [`PARTS_AT_ONCE`] are on their way.
async fn write(parts: &mut WriteMultipart, bytes: &[u8]) -> object_store::Result<()> {
    parts.wait_for_capacity(PARTS_AT_ONCE).await?;
    parts.write(bytes);
    Ok(())
}
