#pragma once
#include <git2.h>
#include <git2/odb_backend.h>
#include <git2/sys/commit.h>
#include <git2/sys/index.h>
#include <git2/sys/odb_backend.h>
#include <git2/sys/repository.h>
#include <zlib.h>

// git_libgit2_opts is variadic, which Swift cannot call.
static inline int stemma_git_set_strict_hash_verification(int enabled) {
    return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, enabled);
}
static inline int stemma_git_set_owner_validation(int enabled) {
    return git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, enabled);
}
static inline int stemma_git_set_fsync(int enabled) {
    return git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, enabled);
}
static inline int stemma_git_set_extensions(const char **names, size_t count) {
    return git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, names, count);
}
static inline int stemma_git_set_search_path(int level, const char *path) {
    return git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, path);
}

// An object database backend of our own: what libgit2 sees, and behind it the Swift object that does the work.
typedef struct {
    git_odb_backend parent;
    void *objects;
} stemma_loose_backend;

// The system's headers have these for _GNU_SOURCE only, which would make its types differ from those of Swift's Glibc module.
int renameat2(int, const char *, int, const char *, unsigned int);
int syncfs(int);
enum { STEMMA_RENAME_NOREPLACE = 1, STEMMA_RENAME_EXCHANGE = 2 };
