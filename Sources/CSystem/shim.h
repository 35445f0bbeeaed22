#pragma once
#include <spawn.h>

// glibc declares these only under _GNU_SOURCE, which Swift's importer does not set.
int syncfs(int);
int pipe2(int[2], int);
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *, const char *);
