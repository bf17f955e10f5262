//! A vendor's file as a stream: bounded, within a deadline, taken up again where it broke off.

use std::sync::Arc;

use futures::{Stream, stream};
use reqwest::{
    RequestBuilder, Response, StatusCode, Url,
    header::{self, HeaderValue},
};
use tokio::time::Instant;

use super::{Http, Trouble, Turn, describe};
use crate::{Download, ProviderError};

/// How often a download that broke off is taken up where it was.
const RESUMES: u32 = 3;

impl Http {
    /// Begins to fetch a file of the vendor's. The secret goes along only to where the API itself is, and only if
    /// `authorised`.
    pub async fn open(self: &Arc<Self>, url: Url, authorised: bool) -> Result<Download, Trouble> {
        if !self.may_fetch(&url) {
            let place = url.host_str().unwrap_or("nowhere");
            return Err(
                self.refusal(format!("its file lies at {}://{place}, which is not its own", url.scheme()))
            );
        }
        let response = self.send(self.file(&url, authorised), Turn::Other).await?;
        let length = response.content_length();
        let most = self.limits.most_bytes;
        if let Some(length) = length.filter(|length| *length > most) {
            return Err(self.refusal(format!("its file has {length} bytes, more than {most}")));
        }
        let text = |name| {
            let value: &HeaderValue = response.headers().get(name)?;
            value.to_str().ok().map(str::to_owned)
        };
        let content_type = text(header::CONTENT_TYPE);
        let resumable = text(header::ACCEPT_RANGES).is_some_and(|ranges| ranges == "bytes");
        let fetch = Fetch {
            http: self.clone(),
            url,
            authorised,
            etag: text(header::ETAG).filter(|etag| !etag.starts_with("W/")),
            resumes: if resumable { RESUMES } else { 0 },
            length,
            got: 0,
            deadline: Instant::now() + self.limits.download,
            response,
        };
        Ok(Download { length, content_type, seconds: None, bytes: Box::pin(fetch.bytes()) })
    }

    fn file(&self, url: &Url, authorised: bool) -> RequestBuilder {
        let request = self.files.get(url.clone());
        if authorised { self.authorised(request, url) } else { request }
    }
}

/// A download under way.
struct Fetch {
    http: Arc<Http>,
    url: Url,
    authorised: bool,
    etag: Option<String>,
    /// How often it may still be taken up again.
    resumes: u32,
    length: Option<u64>,
    got: u64,
    deadline: Instant,
    response: Response,
}

impl Fetch {
    fn bytes(self) -> impl Stream<Item = Result<bytes::Bytes, ProviderError>> + Send {
        stream::try_unfold(
            self,
            |mut fetch| async move { Ok(fetch.next().await?.map(|chunk| (chunk, fetch))) },
        )
    }

    async fn next(&mut self) -> Result<Option<bytes::Bytes>, ProviderError> {
        let provider = self.http.name();
        loop {
            let reason = match tokio::time::timeout_at(self.deadline, self.response.chunk()).await {
                Err(_) => {
                    let took = self.http.limits.download;
                    let reason = format!("its file did not come within {took:?}");
                    return Err(ProviderError::Unreachable { provider, reason });
                }
                Ok(Ok(Some(chunk))) => {
                    self.got += chunk.len() as u64;
                    let most = self.length.unwrap_or(u64::MAX).min(self.http.limits.most_bytes);
                    if self.got > most {
                        let reason = format!("its file has more than {most} bytes");
                        return Err(ProviderError::BadOutput { provider, reason });
                    }
                    return Ok(Some(chunk));
                }
                Ok(Ok(None)) if self.length.is_none_or(|length| length == self.got) => return Ok(None),
                Ok(Ok(None)) => "it ended early".to_owned(),
                Ok(Err(error)) => describe(&error),
            };
            self.resume(&reason).await?;
        }
    }

    /// Goes on at the first byte that is missing.
    async fn resume(&mut self, reason: &str) -> Result<(), ProviderError> {
        let provider = self.http.name();
        let broken = |why: &str| ProviderError::Unreachable {
            provider,
            reason: format!("its file broke off after {} bytes: {why}", self.got),
        };
        if self.resumes == 0 {
            return Err(broken(reason));
        }
        let mut request = self.http.file(&self.url, self.authorised);
        request = request.header(header::RANGE, format!("bytes={}-", self.got));
        if let Some(etag) = &self.etag {
            request = request.header(header::IF_RANGE, etag);
        }
        let sent = self.http.send(request, Turn::Other).await;
        let response = sent.map_err(|trouble| broken(&trouble.into_error(provider).to_string()))?;
        let range = response.headers().get(header::CONTENT_RANGE).and_then(|value| value.to_str().ok());
        let begins = format!("bytes {}-", self.got);
        if response.status() != StatusCode::PARTIAL_CONTENT
            || !range.is_some_and(|range| range.starts_with(&begins))
        {
            return Err(broken("the rest of it is not to be had by itself"));
        }
        self.resumes -= 1;
        self.response = response;
        Ok(())
    }
}
