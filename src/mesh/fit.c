/* Weighted least squares by the normal equations, B'WB = LDL', dropping undetermined terms. Terms
 * are few and scaled, so that squaring the condition number costs no digits that matter. */
#include "mesh/fit.h"

#include <math.h>
#include <string.h>

enum { N = DAVY_FIT_TERMS };

/* LDL' in place: L below the diagonal, D on it; D = 0 marks a dropped term. */
static int factor(int terms, double a[N][N]) {
  int dropped = 0;
  for (int k = 0; k < terms; k++) {
    double whole = a[k][k];
    for (int m = 0; m < k; m++) a[k][k] -= a[k][m] * a[k][m] * a[m][m];
    /* 1e-6 of squares: a direction seen at under a thousandth of its scale says nothing. */
    if (!(a[k][k] > 1e-6 * whole)) {
      a[k][k] = 0;
      dropped++;
    }
    for (int i = k + 1; i < terms; i++) {
      for (int m = 0; m < k; m++) a[i][k] -= a[i][m] * a[k][m] * a[m][m];
      a[i][k] = a[k][k] > 0 ? a[i][k] / a[k][k] : 0;
    }
  }
  return dropped;
}

int DavyFit(int points, int terms, const double *basis, const double *weight, double *rows) {
  double a[N][N] = {{0}};
  for (int j = 0; j < points; j++)
    for (int i = 0; i < terms; i++)
      for (int k = 0; k <= i; k++)
        a[i][k] += weight[j] * basis[terms * j + i] * basis[terms * j + k];
  int dropped = factor(terms, a);
  for (int j = 0; j < points; j++) {
    double y[N];
    for (int i = 0; i < terms; i++) {
      y[i] = weight[j] * basis[terms * j + i];
      for (int m = 0; m < i; m++) y[i] -= a[i][m] * y[m];
      if (!(a[i][i] > 0)) y[i] = 0;
    }
    for (int i = terms - 1; i >= 0; i--) {
      y[i] = a[i][i] > 0 ? y[i] / a[i][i] : 0;
      for (int m = i + 1; m < terms; m++)
        if (a[i][i] > 0) y[i] -= a[m][i] * y[m];
      rows[points * i + j] = y[i];
    }
  }
  return dropped;
}
