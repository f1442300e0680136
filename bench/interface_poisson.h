/* One scalar Poisson problem on the mesh of some fields, the unit that their cost is counted in:
 * div grad u = 0, two-point fluxes, u = 1 on the wall `top` and 0 on all other surfaces, by CG to
 * 1e-8 with hypre BoomerAMG as PETSc sets it up. */
#ifndef DAVY_BENCH_INTERFACE_POISSON_H
#define DAVY_BENCH_INTERFACE_POISSON_H

#include <math.h>
#include <mpi.h>
#include <petscksp.h>

#include "interface/stencils.h"
#include "interface_bench.h"

/* Of the slowest rank, CPU time: other programs on the machine disturb it least. A rank that waits
 * for another keeps its core busy, so that waiting counts. */
static inline double seconds_since(double start) {
  double took = cpu_seconds() - start;
  MPI_Allreduce(MPI_IN_PLACE, &took, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
  return took;
}

static inline double begin(void) {
  MPI_Barrier(MPI_COMM_WORLD);
  return cpu_seconds();
}

static inline void petsc(PetscErrorCode code) {
  if (code) MPI_Abort(MPI_COMM_WORLD, 1);
}

typedef struct {
  double assembly, solve; /* s; solve: the preconditioner's set-up too */
  double entries;         /* of the matrix, all ranks */
  int iterations;
} Poisson;

/* Adds k (u_a - u_b) to the balance of a. */
static inline void add_link(const DavyStencils *s, Mat A, int a, int b, double k) {
  PetscInt row = (PetscInt)s->id[a], column[2] = {row, (PetscInt)s->id[b]};
  petsc(MatSetValues(A, 1, &row, 2, column, (double[2]){k, -k}, ADD_VALUES));
}

static inline void fill(const DavyStencils *s, int top, Mat A, Vec b) {
  for (int f = 0; f < s->faces.rows; f++) {
    int p = s->face[f].slot[0], q = s->face[f].slot[1];
    double d[3], k;
    for (int i = 0; i < 3; i++) d[i] = s->at[q][i] - s->at[p][i];
    k = s->face[f].area / sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
    add_link(s, A, p, q, k);
    add_link(s, A, q, p, k);
  }
  for (int w = 0; w < s->surfaces.rows; w++) {
    const DavySurface *surface = s->surface + w;
    PetscInt row = (PetscInt)s->id[surface->slot];
    double k = surface->area / surface->reach;
    petsc(MatSetValues(A, 1, &row, 1, &row, &k, ADD_VALUES));
    petsc(VecSetValue(b, row, surface->wall == top ? k : 0, ADD_VALUES));
  }
  petsc(MatAssemblyBegin(A, MAT_FINAL_ASSEMBLY));
  petsc(MatAssemblyEnd(A, MAT_FINAL_ASSEMBLY));
  petsc(VecAssemblyBegin(b));
  petsc(VecAssemblyEnd(b));
}

static inline Poisson solve_poisson(const DavyStencils *s, int top) {
  Poisson result;
  Mat A;
  Vec x, b;
  KSP ksp;
  PC pc;
  MatInfo info;
  PetscInt iterations;
  double start = begin();
  petsc(MatCreateAIJ(MPI_COMM_WORLD, s->own, s->own, PETSC_DETERMINE, PETSC_DETERMINE, 12, NULL, 6,
                     NULL, &A));
  petsc(MatSetOption(A, MAT_NEW_NONZERO_ALLOCATION_ERR, PETSC_FALSE));
  petsc(MatCreateVecs(A, &x, &b));
  fill(s, top, A, b);
  result.assembly = seconds_since(start);
  start = begin();
  petsc(KSPCreate(MPI_COMM_WORLD, &ksp));
  petsc(KSPSetType(ksp, KSPCG));
  petsc(KSPSetOperators(ksp, A, A));
  petsc(KSPSetTolerances(ksp, 1e-8, 0, PETSC_DEFAULT, 100));
  petsc(KSPGetPC(ksp, &pc));
  petsc(PCSetType(pc, PCHYPRE));
  petsc(PCHYPRESetType(pc, "boomeramg"));
  petsc(KSPSolve(ksp, b, x));
  result.solve = seconds_since(start);
  petsc(KSPGetIterationNumber(ksp, &iterations));
  petsc(MatGetInfo(A, MAT_GLOBAL_SUM, &info));
  result.entries = info.nz_used;
  result.iterations = (int)iterations;
  petsc(KSPDestroy(&ksp));
  petsc(MatDestroy(&A));
  petsc(VecDestroy(&x));
  petsc(VecDestroy(&b));
  return result;
}

#endif
