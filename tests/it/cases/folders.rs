//! Two commands, killed commands and strange text beside one folder.
