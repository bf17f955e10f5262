//! Files inside the binary: the browser's bundle, `public/` and the fonts. Debug builds read them
//! from disk, so that a rebuilt bundle needs no rebuilt server.

use std::{borrow::Cow, collections::HashMap};

use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};
use serde::Deserialize;

use crate::{
    api::files::unsatisfiable,
    conditional::{Precondition, precondition},
    ranges::{self, Asked},
    state::AppState,
};

#[derive(RustEmbed)]
#[folder = "../dist"]
#[allow_missing = true]
struct Dist;

#[derive(RustEmbed)]
#[folder = "../public"]
#[allow_missing = true]
struct Public;

#[derive(RustEmbed)]
#[folder = "../assets/vendor/web"]
#[allow_missing = true]
struct Vendor;

const IMMUTABLE: &str = "public, max-age=31536000, immutable";
const ONE_DAY: &str = "public, max-age=86400";

/// The browser's bundle, as `manifest.json` lists it when the server starts.
#[derive(Clone, Debug, Default)]
pub struct Bundle {
    /// `pkg/<digest>`; plain `pkg` when there is no bundle.
    pub pkg_dir: String,
    files: HashMap<String, BundledFile>,
}

#[derive(Clone, Debug, Deserialize)]
struct BundledFile {
    path: String,
    content_type: String,
    sha256: String,
}

#[derive(Deserialize)]
struct Manifest {
    pkg_dir: String,
    files: Vec<BundledFile>,
}

impl Bundle {
    /// Pages work without a bundle, only without scripts and style.
    pub fn load() -> Self {
        let manifest = Dist::get("manifest.json").and_then(|file| {
            serde_json::from_slice::<Manifest>(&file.data)
                .inspect_err(|error| tracing::error!(%error, "the bundle's manifest is damaged"))
                .ok()
        });
        match manifest {
            Some(Manifest { pkg_dir, files }) => {
                Self { pkg_dir, files: files.into_iter().map(|file| (file.path.clone(), file)).collect() }
            }
            None => Self { pkg_dir: "pkg".into(), files: HashMap::new() },
        }
    }

    /// Whether there is one: `cargo xtask web` makes it.
    pub fn is_there(&self) -> bool {
        !self.files.is_empty()
    }
}

/// `GET /pkg/...`: the bundle, smallest encoding first. The folder's name changes with its content.
pub async fn bundle(State(state): State<AppState>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    let Some(listed) = state.bundle.files.get(&format!("pkg/{path}")) else { return missing() };
    let accepted = |encoding: &str| accepts(&headers, encoding);
    let encoded =
        [("br", ".br"), ("gzip", ".gz")].into_iter().filter(|(encoding, _)| accepted(encoding)).find_map(
            |(encoding, ending)| Some((Dist::get(&format!("{}{ending}", listed.path))?, Some(encoding))),
        );
    let plain = || Some((Dist::get(&listed.path)?, None));
    let Some((file, encoding)) = encoded.or_else(plain) else { return missing() };

    let mut response = send(&headers, file.data, &listed.sha256, &listed.content_type, IMMUTABLE);
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// `GET /assets/...`: from `public/`, then from the vendored fonts.
pub async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    match Public::get(&path).or_else(|| Vendor::get(&path)) {
        Some(file) => send_file(&headers, &path, file),
        None => missing(),
    }
}

/// What browsers look for at the root, such as `/favicon.ico` and `/robots.txt`.
pub fn public(path: &str, headers: &HeaderMap) -> Option<Response> {
    let path = path.trim_start_matches('/');
    // Dot files are the repository's own.
    if path.is_empty() || path.starts_with('.') {
        return None;
    }
    Some(send_file(headers, path, Public::get(path)?))
}

fn send_file(headers: &HeaderMap, path: &str, file: EmbeddedFile) -> Response {
    let sha256 = hex::encode(file.metadata.sha256_hash());
    let bytes = file.data.len() as u64;
    let asks_for_a_part = precondition(headers, format!("\"{sha256}\"").as_bytes()) == Precondition::AsAsked;
    // There are players that play nothing of which they cannot have a part.
    let asked = if asks_for_a_part { ranges::asked(&Method::GET, headers, bytes) } else { Asked::Whole };
    let part = match asked {
        Asked::Whole => None,
        Asked::Part(part) => Some(part),
        Asked::Unsatisfiable => return unsatisfiable(bytes),
    };
    let data = match &part {
        Some(part) => file.data[part.start as usize..part.end as usize].to_vec().into(),
        None => file.data,
    };
    let mut response = send(headers, data, &sha256, content_type(path), ONE_DAY);
    response.headers_mut().insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if let Some(part) = part {
        let told = format!("bytes {}-{}/{bytes}", part.start, part.end - 1);
        response.headers_mut().insert(header::CONTENT_RANGE, HeaderValue::from_str(&told).expect("ASCII"));
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    response
}

fn send(
    headers: &HeaderMap,
    data: Cow<'static, [u8]>,
    sha256: &str,
    content_type: &str,
    cache_control: &'static str,
) -> Response {
    let etag = format!("\"{sha256}\"");
    let fixed = [(header::ETAG, etag.clone()), (header::CACHE_CONTROL, cache_control.to_owned())];
    if precondition(headers, etag.as_bytes()) == Precondition::NotModified {
        return (StatusCode::NOT_MODIFIED, fixed).into_response();
    }
    (fixed, [(header::CONTENT_TYPE, content_type.to_owned())], Body::from(data.into_owned())).into_response()
}

fn missing() -> Response {
    (StatusCode::NOT_FOUND, "There is no such file.").into_response()
}

/// Whether the client takes `encoding`: named (or `*`) and not with `q=0`.
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let mut any = None;
    for item in headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
    {
        let mut parts = item.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let refused = parts
            .filter_map(|part| part.strip_prefix("q="))
            .any(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0));
        if name.eq_ignore_ascii_case(encoding) {
            return !refused;
        }
        if name == "*" {
            any = Some(!refused);
        }
    }
    any.unwrap_or(false)
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "css" => "text/css; charset=utf-8",
        "gif" => "image/gif",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "jpg" | "jpeg" => "image/jpeg",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "mp4" => "video/mp4",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "xml" => "application/xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(accept_encoding: &'static str, brotli: bool, gzip: bool) {
        let headers =
            HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(accept_encoding))]);
        assert_eq!((accepts(&headers, "br"), accepts(&headers, "gzip")), (brotli, gzip), "{accept_encoding}");
    }

    #[test]
    fn encodings() {
        check("", false, false);
        check("gzip, deflate, br, zstd", true, true);
        check("br;q=0, gzip;q=0.5", false, true);
        check("*", true, true);
        check("*;q=0, br", true, false);
        check("identity", false, false);
    }
}
