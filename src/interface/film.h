/* The film on a metal's front, which growth stretches. */
#ifndef DAVY_INTERFACE_FILM_H
#define DAVY_INTERFACE_FILM_H

#include "interface/stencils.h"
#include "mesh/sheet.h"

/* Thickness of the film on a surface over that which it formed with, 0 or more,
 * from the front `dt` (s) before with the films on it; a film torn from its thickness is back at it
 * in `repair` (s, more than 0; INFINITY: never). A front that was not there has a new one: 1. */
double DavyFilmAt(const DavySheet *before, const DavySurface *surface, double dt, double repair);

#endif
