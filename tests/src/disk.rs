//! A disk of a test's own: a file system in a file, mounted through a loop device, whose power can be
//! cut. Needs root.

use std::{
    fs::File,
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

use crate::{peers::peer, wait};

/// `EXT4_IOC_SHUTDOWN` and `XFS_IOC_GOINGDOWN` are the same number; argument 2: what the file system's
/// journal has not written is lost too. Says that it is ready, waits for a byte, then cuts.
const CUT: &str = "import fcntl, os, struct, sys\n\
                   disk = os.open(sys.argv[1], os.O_RDONLY)\n\
                   os.write(1, b'.')\n\
                   os.read(0, 1)\n\
                   fcntl.ioctl(disk, 0x8004587D, struct.pack('I', 2))\n";

/// A mounted file system.
pub struct Disk {
    folder: TempDir,
    mounted: bool,
}

/// Stands ready to cut the power.
pub struct Cutter {
    python: Child,
}

impl Disk {
    /// Makes and mounts one of this kind (`ext4`, `xfs`) and size. None, with "skipped", where this
    /// machine does not let a test do that.
    pub fn make(kind: &str, megabytes: u64) -> Option<Self> {
        let mut mkfs = peer(&format!("mkfs.{kind}"))?;
        peer("python3")?;
        let folder = tempfile::tempdir().unwrap();
        let mut disk = Self { folder, mounted: false };
        File::create(disk.image()).unwrap().set_len(megabytes << 20).unwrap();
        std::fs::create_dir(disk.path()).unwrap();
        if kind == "ext4" {
            // Nothing is kept back for root, which is who tests: full is full.
            mkfs.args(["-m", "0"]);
        }
        let made = mkfs.arg("-q").arg(disk.image()).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        match disk.try_mount() {
            Ok(()) => Some(disk),
            Err(refused) => {
                // No package mends this: the machine does not let its root mount.
                println!("skipped: this machine mounts no {kind} from a file ({refused})");
                None
            }
        }
    }

    /// Where it is mounted.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("mnt")
    }

    /// Gets ready to cut its power: the cut then comes within a moment of [`Cutter::cut`].
    pub fn cutter(&self) -> Cutter {
        let mut python = Command::new("python3")
            .args(["-c", CUT])
            .arg(self.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        python.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
        Cutter { python }
    }

    /// Mounts it anew, as after a power failure. Nobody may hold a file on it.
    pub fn restart(&mut self) {
        self.unmount();
        wait::until("the disk is mounted again", || self.try_mount().ok());
    }

    fn image(&self) -> PathBuf {
        self.folder.path().join("disk.img")
    }

    fn try_mount(&mut self) -> Result<(), String> {
        let (image, path) = (self.image(), self.path());
        run(Command::new("mount").args(["-o", "loop"]).arg(image).arg(path))?;
        self.mounted = true;
        Ok(())
    }

    fn unmount(&mut self) {
        // A program that another thread is just starting has a copy of every open file for a moment.
        let umount = || run(Command::new("umount").arg(self.path())).ok();
        wait::until("the disk is unmounted", umount);
        self.mounted = false;
    }
}

/// A file that takes up the room on a disk, but for some bytes. Dropped, it gives the room back.
pub struct Filler {
    path: PathBuf,
    file: File,
    length: u64,
}

impl Filler {
    /// Fills the disk that holds `path` to the last byte.
    pub fn fill(path: &Path) -> Self {
        let mut file = File::create(path).unwrap();
        for size in [1 << 20, 1 << 12, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
        file.sync_all().unwrap();
        let length = file.metadata().unwrap().len();
        Self { path: path.to_owned(), file, length }
    }

    /// Leaves so many bytes free.
    pub fn leave(&self, bytes: u64) {
        self.file.set_len(self.length.saturating_sub(bytes)).unwrap();
        self.file.sync_all().unwrap();
    }
}

impl Drop for Filler {
    fn drop(&mut self) {
        std::fs::remove_file(&self.path).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if self.mounted {
            // Lazily: a test that stops midway may still have files open there.
            let _left = Command::new("umount").arg("-l").arg(self.path()).output();
        }
    }
}

impl Cutter {
    /// Cuts the power: everything that was not synced is lost, and whoever writes gets an error.
    pub fn cut(mut self) {
        self.python.stdin.take().unwrap().write_all(b".").unwrap();
        assert!(self.python.wait().unwrap().success());
    }
}

/// Writes a file of a new name and syncs nothing: a cut that it survives was no cut. (Of a name that
/// was there before, ext4 would write it out by itself.)
pub fn leave_unsynced(path: &Path) {
    assert!(!path.exists());
    std::fs::write(path, b"never synced").unwrap();
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| error.to_string())?;
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
    }
}
