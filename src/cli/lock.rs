//! One command at a time writes at a place: it holds a lock beside it, which the end of a process frees.

use super::{Failure, folder, interrupt, store};
use jiff::{Timestamp, Unit};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What follows a place's name in that of its lock.
const LOCK: &str = ".zaryad-lock";
/// The same of what is written there next, until it is whole.
const NEXT: &str = ".zaryad-next";
/// The same of what was there before, until the next has its place.
const BEFORE: &str = ".zaryad-before";

/// A lock that cannot be had is asked for so many times in all: a command that cleans up after a killed one holds
/// the other's lock for a moment, and one that begins needs a moment to say who it is.
const TRIES: usize = 10;
const PAUSE: Duration = Duration::from_millis(10);
/// A command of many arguments is told by its beginning.
const MOST_LETTERS: usize = 200;
/// Longer names would be longer than file systems allow with what follows them.
const LONGEST_NAME: usize = 200;

/// The locks of this process, which are removed where an interrupt ends it.
static HELD: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// The right to write a file or a folder, as long as this lives.
///
/// Its file lies beside the place and not in it, so that the place can be replaced under it. Only its holder
/// removes it, at the very end, and who takes a lock makes sure that its file still bears the name: so no two
/// processes ever hold it.
pub(super) struct Lock {
    beside: Beside,
    file: File,
}

impl Lock {
    /// Locks a place, whether anything is there or not, and removes what killed commands left beside it.
    pub(super) fn take(path: &Path) -> Result<Self, Failure> {
        let name = path.display();
        let beside = Beside::of(path)?;
        let lock = beside.with(LOCK);
        if held().contains(&lock) {
            let title = format!("{name} is to be written twice by one command");
            return Err(Failure::input(title, "give the page another path than the folder"));
        }
        let folder = beside.folder.clone();
        let cannot =
            |error: io::Error| Failure::Machine(format!("cannot write into {}: {error}", folder.display()));
        for _ in 0..TRIES {
            if let Some(file) = attempt(&lock).map_err(cannot)? {
                held().push(lock);
                let taken = Self { beside, file };
                taken.sign().map_err(cannot)?;
                taken.beside.clear();
                taken.beside.clear_others();
                return Ok(taken);
            }
            std::thread::sleep(PAUSE);
        }
        let holder = fs::read_to_string(&lock).unwrap_or_default();
        let holder: Vec<&str> = holder.lines().collect();
        let holder = match holder[..] {
            [process, since, command] => format!("process {process} (`{command}`) holds it since {since}"),
            _ => "another command holds it".to_owned(),
        };
        Err(Failure::Machine(format!("{name} is in use: {holder}")))
    }

    /// Says in the lock who holds it.
    fn sign(&self) -> io::Result<()> {
        self.file.set_len(0)?;
        (&self.file).write_all(who().as_bytes())
    }

    /// Where to write what will be at the place: nothing is there.
    pub(super) fn next(&self) -> PathBuf {
        self.beside.with(NEXT)
    }

    /// Puts what was written at [`Lock::next`] to its place, instead of what is there.
    pub(super) fn put(&self) -> io::Result<()> {
        let place = &self.beside.place();
        // A folder steps aside; should this be cut short, the next command puts it back.
        if fs::symlink_metadata(place).is_ok_and(|about| about.is_dir()) {
            fs::rename(place, self.beside.with(BEFORE))?;
        }
        fs::rename(self.next(), place)?;
        self.beside.clear();
        Ok(())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _uninterrupted = interrupt::hold_off();
        self.beside.clear();
        let lock = self.beside.with(LOCK);
        remove(&lock);
        held().retain(|other| *other != lock);
    }
}

/// Removes the locks of this process, which is about to end.
pub(super) fn remove_all() {
    held().drain(..).for_each(|lock| remove(&lock));
}

fn held() -> std::sync::MutexGuard<'static, Vec<PathBuf>> {
    HELD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes a lock that this process holds.
fn remove(lock: &Path) {
    // Where it cannot be told whether a file still bears its name, locks stay.
    if cfg!(unix) {
        let _ = fs::remove_file(lock);
    }
}

/// The lock, if nobody holds it.
fn attempt(lock: &Path) -> io::Result<Option<File>> {
    loop {
        if fs::symlink_metadata(lock).is_ok_and(|about| !about.is_file()) {
            let what = format!("{} is no file", lock.display());
            return Err(io::Error::new(ErrorKind::AlreadyExists, what));
        }
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(lock)?;
        match file.try_lock() {
            Ok(()) if is_at(&file, lock)? => return Ok(Some(file)),
            // Its holder has removed it between our opening and our locking.
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

/// Whether an open file is the one at a path.
pub(super) fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let one = file.metadata()?;
        match fs::symlink_metadata(path) {
            Ok(other) => Ok((one.dev(), one.ino()) == (other.dev(), other.ino())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        Ok(path.exists())
    }
}

/// This process, the time and the command, a line each.
fn who() -> String {
    let words: Vec<String> =
        std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let command = format!("zaryad {}", words.join(" "));
    let command: String =
        command.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let command: String = command.chars().take(MOST_LETTERS).collect();
    let now = Timestamp::now();
    let since = now.round(Unit::Second).unwrap_or(now);
    format!("{}\n{since}\n{command}\n", std::process::id())
}

/// A place, by the folder that it lies in and its name there.
struct Beside {
    folder: PathBuf,
    name: OsString,
}

impl Beside {
    /// The same for all paths that lead to a place.
    fn of(path: &Path) -> Result<Self, Failure> {
        let name = path.display();
        let machine = |error: io::Error| Failure::Machine(format!("cannot read {name}: {error}"));
        if let Ok(place) = path.canonicalize()
            && let (Some(folder), Some(name)) = (place.parent(), place.file_name())
        {
            return Ok(Self { folder: folder.to_owned(), name: name.to_owned() });
        }
        let Some(file) = path.file_name() else {
            let help = "give the path of a new one, such as `results`";
            return Err(Failure::input(format!("{name} names no file or folder"), help));
        };
        if file.len() > LONGEST_NAME {
            let title = format!("the name of {name} is longer than {LONGEST_NAME} bytes");
            return Err(Failure::input(title, "give a shorter one"));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.is_dir() {
            let title = format!("there is no folder {} to put {name} into", folder.display());
            return Err(Failure::input(title, "make it first, or give another path"));
        }
        Ok(Self { folder: folder.canonicalize().map_err(machine)?, name: file.to_owned() })
    }

    fn place(&self) -> PathBuf {
        self.folder.join(&self.name)
    }

    /// The name of something that lies beside the place and is hidden.
    fn with(&self, ending: &str) -> PathBuf {
        let mut name = OsString::from(".");
        name.push(&self.name);
        name.push(ending);
        self.folder.join(name)
    }

    /// Removes what a command left that held the lock before; whoever calls holds it now.
    fn clear(&self) {
        let (place, before) = (self.place(), self.with(BEFORE));
        if fs::symlink_metadata(&before).is_ok() && fs::symlink_metadata(&place).is_err() {
            // It was stopped between putting one folder away and the other in its place.
            let _ = fs::rename(&before, &place);
        }
        for left in [before, self.with(NEXT)] {
            discard(&left);
        }
    }

    /// The same for other places in the folder whose commands have ended without doing it.
    fn clear_others(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        for entry in entries.filter_map(Result::ok) {
            let Some(name) = place_of(&entry.file_name()) else { continue };
            let other = Self { folder: self.folder.clone(), name };
            let lock = other.with(LOCK);
            if other.name != self.name && lock == entry.path() {
                // It is held by nobody only if its command is dead.
                if let Ok(Some(_file)) = attempt(&lock) {
                    other.clear();
                    remove(&lock);
                }
            }
        }
    }
}

/// The name of the place that a file is the lock of.
fn place_of(lock: &OsStr) -> Option<OsString> {
    let name = lock.to_str()?.strip_prefix('.')?.strip_suffix(LOCK)?;
    (!name.is_empty()).then(|| OsString::from(name))
}

/// Removes a file or a folder of files that a command has left unfinished, and nothing that it cannot have made.
fn discard(left: &Path) {
    let Ok(about) = fs::symlink_metadata(left) else { return };
    if !about.is_dir() {
        let _ = fs::remove_file(left);
        return;
    }
    for name in folder::FILES.iter().chain(&store::FILES) {
        let _ = fs::remove_file(left.join(name));
        let _ = fs::remove_file(left.join(format!("{name}{}", folder::UNFINISHED)));
    }
    // What holds anything else stays.
    let _ = fs::remove_dir(left);
}
