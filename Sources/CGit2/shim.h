#pragma once
#include <git2.h>
#include <git2/odb_backend.h>
#include <git2/sys/index.h>
#include <git2/sys/repository.h>
#include <git2/sys/odb_backend.h>

// git_libgit2_opts is variadic, which Swift cannot call.
static inline int stemma_git_set_strict_hash_verification(int enabled) {
    return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, enabled);
}
