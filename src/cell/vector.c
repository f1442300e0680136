/* Operations of IDAS on short vectors. The distribution's serial vectors are compiled without
 * vector instructions and take half of a run's time at fifty cells; these are the ones that a step
 * calls often, in a form that compilers vectorise. */
#include "cell/vector.h"

#include <math.h>
#include <nvector/nvector_serial.h>

#define DATA(v)    NV_DATA_S(v)
#define EACH(k, v) (sunindextype k = 0, length_ = NV_LENGTH_S(v); k < length_; k++)

static void linear_sum(double a, N_Vector x, double b, N_Vector y, N_Vector z) {
  const double *xd = DATA(x), *yd = DATA(y);
  double *zd = DATA(z);
  for
    EACH(k, z) zd[k] = a * xd[k] + b * yd[k];
}

static void constant(double a, N_Vector z) {
  double *zd = DATA(z);
  for
    EACH(k, z) zd[k] = a;
}

static void scale(double a, N_Vector x, N_Vector z) {
  const double *xd = DATA(x);
  double *zd = DATA(z);
  for
    EACH(k, z) zd[k] = a * xd[k];
}

/* z = sum of c[j] x[j]; z may be x[0]. */
static int linear_combination(int count, double *c, N_Vector *x, N_Vector z) {
  double *zd = DATA(z);
  const double *first = DATA(x[0]);
  if (count == 1) {
    scale(c[0], x[0], z);
    return 0;
  }
  const double *second = DATA(x[1]);
  for
    EACH(k, z) zd[k] = c[0] * first[k] + c[1] * second[k];
  int j = 2;
  for (; j + 1 < count; j += 2) {
    const double *p = DATA(x[j]), *q = DATA(x[j + 1]);
    for
      EACH(k, z) zd[k] += c[j] * p[k] + c[j + 1] * q[k];
  }
  if (j < count) {
    const double *p = DATA(x[j]);
    for
      EACH(k, z) zd[k] += c[j] * p[k];
  }
  return 0;
}

static int scale_array(int count, double *c, N_Vector *x, N_Vector *z) {
  for (int j = 0; j < count; j++) scale(c[j], x[j], z[j]);
  return 0;
}

static double weighted_norm(N_Vector x, N_Vector w) {
  const double *xd = DATA(x), *wd = DATA(w);
  sunindextype n = NV_LENGTH_S(x), k = 0;
  double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  for (; k + 3 < n; k += 4) {
    double a = xd[k] * wd[k], b = xd[k + 1] * wd[k + 1];
    double c = xd[k + 2] * wd[k + 2], d = xd[k + 3] * wd[k + 3];
    s0 += a * a, s1 += b * b, s2 += c * c, s3 += d * d;
  }
  for (; k < n; k++) s0 += xd[k] * wd[k] * xd[k] * wd[k];
  return sqrt((s0 + s1 + s2 + s3) / (double)n);
}

void CellVectorQuicken(N_Vector v) {
  v->ops->nvlinearsum = linear_sum;
  v->ops->nvconst = constant;
  v->ops->nvscale = scale;
  v->ops->nvlinearcombination = linear_combination;
  v->ops->nvscalevectorarray = scale_array;
  v->ops->nvwrmsnorm = weighted_norm;
}
