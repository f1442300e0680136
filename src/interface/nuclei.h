/* Sites of nucleation and how near each is to beginning. */
#ifndef DAVY_INTERFACE_NUCLEI_H
#define DAVY_INTERFACE_NUCLEI_H

#include "interface/circuit.h"
#include "interface/growth.h"

typedef struct {
  const DavySubstrate *substrate; /* borrowed */
  int count;
  DavySite *site;
  double *progress; /* integral of each site's rate over time; at its dose it begins */
  double *eta; /* overpotential where the site is bare, V, positive for plating; else -INFINITY */
} DavyNuclei;

DavyError DavyNucleiCreate(const DavySubstrate *substrate, DavyNuclei **nuclei);
void DavyNucleiDestroy(DavyNuclei **nuclei);

/* Which sites are bare, and their overpotentials under V of the substrate. Collective. A patch that
 * still alloys does not nucleate. */
DavyError DavyNucleiLook(DavyNuclei *nuclei, const DavyGrowth *growth, const DavyCircuit *circuit,
                         double V);
/* Lets dt seconds pass at the overpotentials last seen; writes the caps that begin, at most `most`,
 * and returns their number. */
int DavyNucleiPass(DavyNuclei *nuclei, double dt, DavyNucleus *begun, int most);
/* The least overpotential at which a bare site begins, V: a threshold, or where a progressive law
 * would begin one of its sites within a second; INFINITY without a bare site. Sites within 1e-9 V
 * of it are of one threshold. */
double DavyNucleiThreshold(const DavyNuclei *nuclei);
/* Seconds until the first site begins at the overpotentials last seen; INFINITY: none will. */
double DavyNucleiWait(const DavyNuclei *nuclei);
/* Sets the overpotential of all bare sites: where no current can tell it. */
void DavyNucleiForce(DavyNuclei *nuclei, double eta);

#endif
