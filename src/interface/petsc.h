/* Errors of PETSc as davy's. */
#ifndef DAVY_INTERFACE_PETSC_H
#define DAVY_INTERFACE_PETSC_H

#include "davy/error.h"

#define DAVY_PETSC(call)                                                                           \
  do {                                                                                             \
    PetscErrorCode code_ = (call);                                                                 \
    if (code_) return DavyFail(DAVY_ERR_SOLVER, "PETSc error %d in %s", (int)code_, #call);        \
  } while (0)

#endif
