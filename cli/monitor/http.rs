//! `/livez`, `/readyz` and `/metrics` over HTTP. Requests are small and answers short, so every connection gets one answer and
//! little time, and one that dawdles costs nobody else anything.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use hyper::body::Incoming;
use hyper::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::{Monitor, metrics};

/// Connections at once; more wait until one of these is done.
const CONNECTIONS: usize = 64;
/// The longest request head, in bytes; the least that hyper can work with.
const LARGEST_HEAD: usize = 8 << 10;
/// For the request head.
const HEAD_TIME: Duration = Duration::from_secs(5);
/// For a connection as a whole.
const WHOLE_TIME: Duration = Duration::from_secs(10);

/// A server that has its address.
pub(crate) struct Server {
    listener: TcpListener,
    /// The address, with its real port.
    pub(crate) address: SocketAddr,
}

impl Server {
    /// # Errors
    /// When the address cannot be had.
    pub(crate) async fn bind(address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// Answers for as long as it is polled.
    pub(crate) async fn serve(self, monitor: Arc<Monitor>) {
        let started = SystemTime::now();
        let free = Arc::new(Semaphore::new(CONNECTIONS));
        loop {
            let permit = Arc::clone(&free).acquire_owned().await.expect("the semaphore is never closed");
            let stream = match self.listener.accept().await {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Without file descriptors this would go on at full speed.
                    tracing::debug!("no connection: {error}");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            };
            let monitor = Arc::clone(&monitor);
            tokio::spawn(async move {
                let service = service_fn(move |request: Request<Incoming>| {
                    let answer = answer(&request, &monitor, started);
                    async move { Ok::<_, Infallible>(answer) }
                });
                let mut http = http1::Builder::new();
                http.keep_alive(false).max_buf_size(LARGEST_HEAD).timer(TokioTimer::new()).header_read_timeout(HEAD_TIME);
                let connection = http.serve_connection(TokioIo::new(stream), service);
                if let Ok(Err(error)) = tokio::time::timeout(WHOLE_TIME, connection).await {
                    tracing::debug!("a connection broke: {error}");
                }
                drop(permit);
            });
        }
    }
}

fn answer(request: &Request<Incoming>, monitor: &Monitor, started: SystemTime) -> Response<String> {
    let known = ["/livez", "/readyz", "/metrics"];
    let path = request.uri().path();
    if !known.contains(&path) {
        return text(StatusCode::NOT_FOUND, &format!("not here; there are {}\n", known.join(", ")));
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut refused = text(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD\n");
        refused.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return refused;
    }
    match path {
        "/livez" => text(StatusCode::OK, "alive\n"),
        "/readyz" => match monitor.ready() {
            Ok(()) => text(StatusCode::OK, "ready\n"),
            Err(why) => text(StatusCode::SERVICE_UNAVAILABLE, &format!("{why}\n")),
        },
        _ => match monitor.metrics(started) {
            Ok(metrics) => {
                let mut answer = text(StatusCode::OK, &metrics);
                answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(metrics::CONTENT_TYPE));
                answer
            }
            Err(error) => text(StatusCode::INTERNAL_SERVER_ERROR, &format!("{error}\n")),
        },
    }
}

fn text(status: StatusCode, body: &str) -> Response<String> {
    let mut response = Response::new(body.to_owned());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
