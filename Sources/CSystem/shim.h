#pragma once
#include <spawn.h>

// glibc declares these only under _GNU_SOURCE, which Swift's importer does not set.
int syncfs(int);
int pipe2(int[2], int);
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *, const char *);

// Which processors a process may use. The system's own declaration needs _GNU_SOURCE, which would make its types differ
// from those of Swift's Glibc module.
int stemma_sched_getaffinity(int process, unsigned long size, void *mask) __asm__("sched_getaffinity");
