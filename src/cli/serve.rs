//! A small web server on loopback for saved pages: the fixture city of the demo, and any folder of pages.
//!
//! It stands in `cli` because nothing below may listen. It answers by host and path and knows nothing else.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, Response, StatusCode, header};
use tokio::net::TcpListener;

/// Saved pages, by host and path.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    hosts: BTreeMap<String, BTreeMap<String, Saved>>,
}

/// One saved answer.
#[derive(Clone, Debug)]
pub struct Saved {
    /// Its status.
    pub status: u16,
    /// Its Content-Type, when one is sent.
    pub content_type: Option<String>,
    /// Where it leads, for a redirect.
    pub location: Option<String>,
    /// Its bytes.
    pub body: Vec<u8>,
}

impl Saved {
    /// A page or file as it was saved, its type told by its name. HTML comes without a charset, so that the page's
    /// own declaration decides.
    pub fn file(name: &str, body: Vec<u8>) -> Self {
        Self { status: 200, content_type: Some(media_type(name).to_owned()), location: None, body }
    }
}

impl Shelf {
    /// Puts an answer on the shelf. `path` begins with a slash; queries are ignored when asking.
    pub fn put(&mut self, host: &str, path: &str, saved: Saved) {
        self.hosts.entry(host.to_ascii_lowercase()).or_default().insert(path.to_owned(), saved);
    }

    /// Changes an answer that is there already; `false` when it is not.
    pub fn change(&mut self, host: &str, path: &str, how: impl FnOnce(&mut Saved)) -> bool {
        match self.hosts.get_mut(host).and_then(|paths| paths.get_mut(path)) {
            Some(saved) => {
                how(saved);
                true
            }
            None => false,
        }
    }

    /// Every host that has something.
    pub fn hosts(&self) -> impl Iterator<Item = &str> {
        self.hosts.keys().map(String::as_str)
    }

    /// The answer for a host and a path, without its query.
    pub fn get(&self, host: &str, path: &str) -> Option<&Saved> {
        let paths = self.hosts.get(host)?;
        paths
            .get(path)
            .or_else(|| path.ends_with('/').then(|| paths.get(&format!("{path}index.html"))).flatten())
    }
}

/// Serves a shelf on a free port of 127.0.0.1 until the runtime ends.
pub async fn serve(shelf: Shelf) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let router = Router::new().fallback(answer).with_state(Arc::new(shelf));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

async fn answer(State(shelf): State<Arc<Shelf>>, request: Request) -> Response<Body> {
    let host = host_of(request.headers());
    let found = shelf.get(&host, request.uri().path());
    let missing = Saved {
        status: 404,
        content_type: Some("text/html".to_owned()),
        location: None,
        body: b"<html><head><title>404</title></head><body>404 Not Found</body></html>".to_vec(),
    };
    let saved = found.unwrap_or(&missing);
    let range = range_of(request.headers()).filter(|_| saved.status == 200);
    let (status, body) = match range {
        Some(last) if last + 1 < saved.body.len() => (206, saved.body[..=last].to_vec()),
        _ => (saved.status, saved.body.clone()),
    };
    let mut response = Response::builder().status(StatusCode::from_u16(status).unwrap_or(StatusCode::OK));
    if let Some(content_type) = &saved.content_type {
        response = response.header(header::CONTENT_TYPE, content_type);
    }
    if let Some(location) = &saved.location {
        response = response.header(header::LOCATION, location);
    }
    if status == 206 {
        response = response
            .header(header::CONTENT_RANGE, format!("bytes 0-{}/{}", body.len() - 1, saved.body.len()));
    }
    let body = if request.method() == Method::HEAD { Vec::new() } else { body };
    response.body(Body::from(body)).unwrap_or_default()
}

fn host_of(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|it| it.to_str().ok()).unwrap_or_default();
    host.split(':').next().unwrap_or_default().to_ascii_lowercase()
}

/// The last byte asked for by `bytes=0-N`; other ranges are ignored, as RFC 9110 allows.
fn range_of(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::RANGE)?.to_str().ok()?.strip_prefix("bytes=0-")?.parse().ok()
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "js" => "application/javascript",
        "css" => "text/css",
        "xml" => "text/xml",
        "json" => "application/json",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "ico" => "image/x-icon",
        "pdf" => "application/pdf",
        "doc" => "application/msword",
        "xls" => "application/vnd.ms-excel",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "zip" => "application/zip",
        "rar" => "application/vnd.rar",
        "txt" => "text/plain",
        _ => "text/html",
    }
}
