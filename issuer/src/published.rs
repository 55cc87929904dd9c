//! Our own published files, read as a stranger reads them: trusted for nothing.

use std::sync::Arc;

use ledger::{
    checkpoint::CheckpointPolicy,
    path::LogPath,
    reader::Fetch,
    store::{PublicFiles, ReadStore, StoreError},
};
use verifier::gather::{LastSeen, View, ViewError};

/// The public files of a store.
pub struct Published<S: ?Sized>(pub Arc<S>);

impl<S: ReadStore + ?Sized> Fetch for Published<S> {
    type Error = StoreError;

    fn fetch(&self, path: &LogPath, max_len: usize) -> Result<Option<Vec<u8>>, StoreError> {
        PublicFiles(&*self.0).fetch(path, max_len)
    }
}

impl<S: ReadStore + ?Sized> Published<S> {
    /// The newest published view.
    pub fn view(store: &Arc<S>, policy: &CheckpointPolicy) -> Result<View<Self>, ViewError> {
        View::open(&Arc::new(Self(Arc::clone(store))), policy, &LastSeen::nothing())
    }
}
