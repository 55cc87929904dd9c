//! Writes the examples of every target into its corpus directory: `seeds DIR`.

use std::{fs, io, path::PathBuf};

fn main() -> io::Result<()> {
    let Some(directory) = std::env::args_os().nth(1).map(PathBuf::from) else {
        return Err(io::Error::other("usage: seeds DIR"));
    };
    for (target, examples) in verifier_fuzz::examples::examples() {
        let corpus = directory.join(target);
        fs::create_dir_all(&corpus)?;
        for (number, example) in examples.iter().enumerate() {
            fs::write(corpus.join(format!("example-{number}")), example)?;
        }
    }
    Ok(())
}
