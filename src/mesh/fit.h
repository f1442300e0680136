/* Weighted least squares as weights of the data: coefficient k = sum over j of rows[k][j] y_j. */
#ifndef DAVY_MESH_FIT_H
#define DAVY_MESH_FIT_H

enum { DAVY_FIT_TERMS = 20, DAVY_FIT_POINTS = 384 };

/* Minimises sum_j weight_j (y_j - sum_k coefficient_k basis[j][k])^2. basis[points][terms] should
 * be scaled to about one. rows[terms][points] is written. Returns how many terms the points do not
 * determine: those get zero rows. */
int DavyFit(int points, int terms, const double *basis, const double *weight, double *rows);

#endif
