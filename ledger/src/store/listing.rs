//! What lies in a data directory, by name: an audit accounts for every public file.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::store::{IoAction, ReadStore, StoreError, dir_files::io_error};

/// Directories deeper than this are not looked into but named as they are: no file of ours lies so
/// deep (`tile/0/x001/x002/003.p/4`).
///
/// Security: bounds what a hostile directory can make a program walk down.
const MAX_DEPTH: usize = 8;

/// Storage that can say what it holds.
pub trait ListedStore: ReadStore {
    /// The names of everything in the public part, relative to it, sorted: files, and with a slash at
    /// the end directories that hold nothing. Names that are not UTF-8 are shown as well as can be.
    fn public_names(&self) -> Result<Vec<String>, StoreError>;

    /// The same of the private part; nothing where that is not at hand.
    fn private_names(&self) -> Result<Vec<String>, StoreError>;
}

/// All names below a directory, as [`ListedStore::public_names`] gives them.
pub(super) fn names_below(root: &Path) -> Result<Vec<String>, StoreError> {
    let mut names = Vec::new();
    let mut waiting = vec![(String::new(), 0)];
    while let Some((directory, depth)) = waiting.pop() {
        let path = match directory.as_str() {
            "" => root.to_owned(),
            directory => root.join(directory),
        };
        let before = names.len() + waiting.len();
        for (name, is_directory) in entries(&path, &directory)? {
            let name = if directory.is_empty() { name } else { format!("{directory}/{name}") };
            match is_directory {
                true if depth < MAX_DEPTH => waiting.push((name, depth + 1)),
                true => names.push(format!("{name}/")),
                false => names.push(name),
            }
        }
        if names.len() + waiting.len() == before && !directory.is_empty() {
            names.push(format!("{directory}/"));
        }
    }
    names.sort();
    Ok(names)
}

/// What lies directly in a directory, and whether it is a directory itself.
fn entries(path: &Path, shown: &str) -> Result<Vec<(String, bool)>, StoreError> {
    let fault = |source: io::Error| io_error(IoAction::Read, shown_root(path, shown), source);
    let mut found = Vec::new();
    for entry in fs::read_dir(path).map_err(fault)? {
        let entry = entry.map_err(fault)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // A link is a name like any other, and is read like the file that it leads to.
        found.push((name, entry.file_type().map_err(fault)?.is_dir()));
    }
    Ok(found)
}

/// The root has no name of its own: it is shown as the caller gave it.
fn shown_root<'a>(path: &'a Path, shown: &'a str) -> &'a str {
    if shown.is_empty() { path.to_str().unwrap_or(".") } else { shown }
}

/// As [`names_below`]; nothing where there is no directory to look into.
pub(super) fn names_below_optional(root: Option<&PathBuf>) -> Result<Vec<String>, StoreError> {
    root.map_or_else(|| Ok(Vec::new()), |root| names_below(root))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;

    #[test]
    fn names_files_and_empty_directories() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("tile/0")).unwrap();
        fs::create_dir_all(dir.path().join("status")).unwrap();
        fs::write(dir.path().join("tile/0/000"), b"x").unwrap();
        fs::write(dir.path().join("checkpoint"), b"x").unwrap();
        assert_eq!(names_below(dir.path()).unwrap(), ["checkpoint", "status/", "tile/0/000"]);
    }

    #[test]
    fn does_not_follow_a_directory_down_without_end() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("a/".repeat(40))).unwrap();
        let names = names_below(dir.path()).unwrap();
        assert_eq!(names, ["a/".repeat(MAX_DEPTH + 1)]);
    }
}
