/* A cubic in least squares over the corners about a cell. Where that cell lies at the box's side,
 * corners are mirrored there, as the walls of a cell are. */
#include "mesh/patch.h"

#include <math.h>
#include <string.h>

#include "mesh/fit.h"

enum { X = 3, MOST = 125 };

typedef struct {
  int count, corner[MOST];
  double at[MOST][X];
} Points;

static void add_point(Points *points, int corner, const double at[X], double h) {
  for (int j = 0; j < points->count; j++) {
    const double *known = points->at[j];
    if (fabs(known[0] - at[0]) + fabs(known[1] - at[1]) + fabs(known[2] - at[2]) < 1e-6 * h) return;
  }
  if (points->count == MOST) return;
  points->corner[points->count] = corner;
  memcpy(points->at[points->count++], at, X * sizeof *at);
}

/* Corners of the cell and of all its neighbours of the same size, each once; a neighbour beyond a
 * wall is the mirrored one on this side, which for the first layer is the cell itself. */
static void points_about(const DavyMesh *mesh, int cell, Points *points) {
  int dim = mesh->box.dim, corners = 1 << dim;
  double h = DavyCellSize(mesh, cell);
  points->count = 0;
  for (int k = 0; k < (dim == 2 ? 9 : 27); k++) {
    int step[3] = {k % 3 - 1, k / 3 % 3 - 1, dim == 3 ? k / 9 - 1 : 0};
    double wall[X] = {NAN, NAN, NAN};
    for (int d = 0; d < dim; d++) {
      int only[3] = {0};
      only[d] = step[d];
      if (step[d] == 0 || DavyCellBeside(mesh, cell, only) != DAVY_WALL) continue;
      wall[d] = mesh->box.origin[d] + (step[d] < 0 ? 0 : mesh->box.edge * mesh->box.trees[d]);
      step[d] = 0;
    }
    int beside = DavyCellBeside(mesh, cell, step);
    for (int c = 0; beside >= 0 && c < corners; c++) {
      int corner = mesh->cell_corner[corners * beside + c];
      double at[X];
      DavyCornerPlace(mesh, corner, at);
      for (int d = 0; d < dim; d++)
        if (!isnan(wall[d])) at[d] = 2 * wall[d] - at[d];
      add_point(points, corner, at, h);
    }
  }
}

/* 1, r_d, r_d r_e, r_d r_e r_f without repeats: 10 terms in 2D, 20 in 3D. */
static int cubic_terms(int dim, const double r[X], double *basis) {
  double *b = basis;
  *b++ = 1;
  for (int d = 0; d < dim; d++) *b++ = r[d];
  for (int d = 0; d < dim; d++)
    for (int e = d; e < dim; e++) *b++ = r[d] * r[e];
  for (int d = 0; d < dim; d++)
    for (int e = d; e < dim; e++)
      for (int f = e; f < dim; f++) *b++ = r[d] * r[e] * r[f];
  return (int)(b - basis);
}

void DavyCubicFit(const DavyMesh *mesh, const double *values, int cell, const double x[3],
                  DavyCubic *cubic) {
  int dim = mesh->box.dim, terms = dim == 2 ? 10 : 20;
  double h = DavyCellSize(mesh, cell), basis[MOST * 20], weight[MOST], rows[20 * MOST];
  Points points;
  points_about(mesh, cell, &points);
  *cubic = (DavyCubic){.x = {x[0], x[1], x[2]}, .h = h};
  for (int j = 0; j < points.count; j++) {
    double r[X] = {0}, r2 = 0;
    for (int d = 0; d < dim; d++) r[d] = (points.at[j][d] - x[d]) / h;
    for (int d = 0; d < dim; d++) r2 += r[d] * r[d];
    weight[j] = 1 / (0.5 + r2);
    cubic_terms(dim, r, basis + terms * j);
  }
  DavyFit(points.count, terms, basis, weight, rows);
  for (int k = 0; k < terms; k++)
    for (int j = 0; j < points.count; j++)
      cubic->p[k] += rows[points.count * k + j] * values[points.corner[j]] / h;
}

double DavyCubicAt(const DavyCubic *cubic, int dim, const double y[3], double gradient[3],
                   double hessian[3][3]) {
  const double *p = cubic->p;
  double r[X] = {0}, value = *p++, g[X] = {0}, H[X][X] = {{0}};
  for (int d = 0; d < dim; d++) r[d] = (y[d] - cubic->x[d]) / cubic->h;
  for (int d = 0; d < dim; d++, p++) {
    value += *p * r[d];
    g[d] += *p;
  }
  for (int d = 0; d < dim; d++)
    for (int e = d; e < dim; e++, p++) {
      value += *p * r[d] * r[e];
      g[d] += *p * r[e];
      g[e] += *p * r[d];
      H[d][e] += *p;
      H[e][d] += *p;
    }
  for (int d = 0; d < dim; d++)
    for (int e = d; e < dim; e++)
      for (int f = e; f < dim; f++, p++) {
        value += *p * r[d] * r[e] * r[f];
        int index[3] = {d, e, f};
        for (int i = 0; i < 3; i++) {
          int j = (i + 1) % 3, k = (i + 2) % 3;
          g[index[i]] += *p * r[index[j]] * r[index[k]];
          H[index[i]][index[j]] += *p * r[index[k]];
          H[index[j]][index[i]] += *p * r[index[k]];
        }
      }
  memcpy(gradient, g, sizeof g);
  for (int d = 0; d < X; d++)
    for (int e = 0; e < X; e++) hessian[d][e] = H[d][e] / cubic->h;
  return cubic->h * value;
}

/* dn_j/dx_i of n = g/|g| along the surface: P H P/|g|, P = 1 - n n. */
static void find_bend(double H[X][X], const double n[X], double length, double bend[X][X]) {
  double Hn[X] = {0}, nHn = 0;
  for (int d = 0; d < X; d++)
    for (int e = 0; e < X; e++) Hn[d] += H[d][e] * n[e];
  for (int d = 0; d < X; d++) nHn += n[d] * Hn[d];
  for (int d = 0; d < X; d++)
    for (int e = 0; e < X; e++)
      bend[d][e] = (H[d][e] - n[d] * Hn[e] - Hn[d] * n[e] + nHn * n[d] * n[e]) / length;
}

bool DavyCubicFront(const DavyCubic *cubic, int dim, double x[3], double n[3], double *curvature,
                    double bend[3][3]) {
  double g[X], H[X][X], trace = 0, ghg = 0, g2 = 0;
  double value = DavyCubicAt(cubic, dim, x, g, H);
  *curvature = 0;
  if (bend) memset(bend, 0, X * sizeof *bend);
  for (int d = 0; d < X; d++) {
    g2 += g[d] * g[d];
    trace += H[d][d];
    for (int e = 0; e < X; e++) ghg += g[d] * H[d][e] * g[e];
  }
  double length = sqrt(g2);
  /* Away from the polygon by more than its own sagitta, psi has a kink here: keep the polygon. */
  if (!(length > 0) || fabs(value) > 0.1 * length * cubic->h) return false;
  for (int d = 0; d < X; d++) {
    n[d] = g[d] / length;
    x[d] -= value / length * n[d];
  }
  /* K = (tr H |g|^2 - g.H g)/|g|^3 */
  *curvature = (trace * g2 - ghg) / (g2 * length);
  if (bend) find_bend(H, n, length, bend);
  return true;
}

double DavyFrontAt(const DavyMesh *mesh, const double *values, int cell, double x[3], double n[3],
                   double bend[3][3]) {
  DavyCubic cubic;
  double curvature;
  DavyCubicFit(mesh, values, cell, x, &cubic);
  DavyCubicFront(&cubic, mesh->box.dim, x, n, &curvature, bend);
  return curvature;
}

void DavyTangents(const double n[3], double t[2][3]) {
  int least = fabs(n[2]) <= fabs(n[0]) && fabs(n[2]) <= fabs(n[1]) ? 2
              : fabs(n[0]) <= fabs(n[1])                           ? 0
                                                                   : 1;
  double length = sqrt(1 - n[least] * n[least]);
  for (int k = 0; k < X; k++) t[1][k] = ((k == least) - n[least] * n[k]) / length;
  for (int k = 0; k < X; k++)
    t[0][k] = t[1][(k + 1) % 3] * n[(k + 2) % 3] - t[1][(k + 2) % 3] * n[(k + 1) % 3];
}
