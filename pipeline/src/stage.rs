//! The two shapes of a stage. The shape says how the runner may run it.
//!
//! [`Each`] works on one item and remembers nothing, so many items are worked on at once and neighbours of this shape run back
//! to back on one core. [`PerDocument`] remembers inside one document; the runner keeps one instance per document and feeds it
//! in order. Neither knows a channel, a clock, a file or another stage.

use std::marker::PhantomData;

use async_trait::async_trait;

use crate::article::Article;
use crate::def::Flow;
use crate::failure::StageError;
use crate::page::Page;
use crate::run::BodyOutlet;

/// What can flow between stages.
pub trait Payload: Sized + Send + 'static {
    /// Its name in messages.
    const FLOW: Flow;
    /// Takes it out of the envelope; `None` when something else is in it.
    fn from_body(body: Body) -> Option<Self>;
    /// Puts it into the envelope.
    fn into_body(self) -> Body;
}

/// The envelope.
#[derive(Debug)]
pub enum Body {
    /// A page.
    Page(Box<Page>),
    /// An article.
    Article(Box<Article>),
}

impl Payload for Page {
    const FLOW: Flow = Flow::Pages;
    fn from_body(body: Body) -> Option<Self> {
        if let Body::Page(page) = body { Some(*page) } else { None }
    }
    fn into_body(self) -> Body {
        Body::Page(Box::new(self))
    }
}

impl Payload for Article {
    const FLOW: Flow = Flow::Articles;
    fn from_body(body: Body) -> Option<Self> {
        if let Body::Article(article) = body { Some(*article) } else { None }
    }
    fn into_body(self) -> Body {
        Body::Article(Box::new(self))
    }
}

/// Pure CPU work on one item; `&self`, no memory.
pub trait Each: Send + Sync + 'static {
    /// What it takes.
    type In: Payload;
    /// What it gives.
    type Out: Payload;

    /// Pushes any number of results to `out`. Pushing none means the item was filtered, and is counted so.
    ///
    /// # Errors
    /// The item becomes a [`crate::Failure`]; results pushed before the error are dropped with it.
    fn apply(&self, item: Self::In, out: &mut Vec<Self::Out>) -> Result<(), StageError>;
}

/// [`Each`] behind one type. Implemented for every `Each`; stage authors never write it.
pub trait EachStage: Send + Sync {
    /// See [`Each::apply`].
    fn apply_body(&self, body: Body) -> Result<Vec<Body>, StageError>;
}

impl<T: Each> EachStage for T {
    fn apply_body(&self, body: Body) -> Result<Vec<Body>, StageError> {
        let item = T::In::from_body(body).expect("the kinds of neighbours are checked when the pipeline is built");
        let mut out = Vec::new();
        self.apply(item, &mut out)?;
        Ok(out.into_iter().map(Payload::into_body).collect())
    }
}

/// Where a [`PerDocument`] stage puts what it is done with. Waiting here is the back-pressure.
pub struct Outlet<'a, T> {
    bodies: &'a BodyOutlet,
    payload: PhantomData<fn(T)>,
}

impl<'a, T: Payload> Outlet<'a, T> {
    pub(crate) fn new(bodies: &'a BodyOutlet) -> Self {
        Self { bodies, payload: PhantomData }
    }

    /// Sends one item on, waiting while the next stage is busy.
    pub async fn emit(&self, item: T) {
        self.bodies.emit(item.into_body()).await;
    }
}

/// Work that remembers. One instance lives for one document.
#[async_trait]
pub trait PerDocument: Send + 'static {
    /// What it takes.
    type In: Payload;
    /// What it gives.
    type Out: Payload;

    /// Takes the next item of the document, in order. What it keeps must be small: a kept item no longer counts against the
    /// run's memory.
    async fn push(&mut self, item: Self::In, out: &Outlet<'_, Self::Out>) -> Result<(), StageError>;

    /// The document has ended. Not called when the run is torn down, so that nothing unfinished is emitted as finished.
    async fn finish(&mut self, out: &Outlet<'_, Self::Out>) -> Result<(), StageError>;
}

/// [`PerDocument`] behind one type. Implemented for every `PerDocument`.
#[async_trait]
pub trait PerDocumentStage: Send {
    /// See [`PerDocument::push`].
    async fn push_body(&mut self, body: Body, out: &BodyOutlet) -> Result<(), StageError>;
    /// See [`PerDocument::finish`].
    async fn finish_bodies(&mut self, out: &BodyOutlet) -> Result<(), StageError>;
}

#[async_trait]
impl<T: PerDocument> PerDocumentStage for T {
    async fn push_body(&mut self, body: Body, out: &BodyOutlet) -> Result<(), StageError> {
        let item = T::In::from_body(body).expect("the kinds of neighbours are checked when the pipeline is built");
        self.push(item, &Outlet::new(out)).await
    }

    async fn finish_bodies(&mut self, out: &BodyOutlet) -> Result<(), StageError> {
        self.finish(&Outlet::new(out)).await
    }
}

/// Makes an instance per document; everything costly (dictionaries, automata) is built once and shared.
pub type PerDocumentFactory = Box<dyn Fn() -> Box<dyn PerDocumentStage> + Send + Sync>;
