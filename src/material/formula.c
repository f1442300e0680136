/* Chemical formulas: which atoms, how many, and what a mole weighs (abridged standard atomic
 * weights, Prohaska 2022; for the radioactive elements none). */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "core/number.h"
#include "davy/cite.h"
#include "davy/material.h"

static const struct {
  const char *symbol;
  double weight; /* g/mol */
} elements[] = {
    {"H", 1.008},   {"He", 4.0026}, {"Li", 6.94},   {"Be", 9.0122}, {"B", 10.81},   {"C", 12.011},
    {"N", 14.007},  {"O", 15.999},  {"F", 18.998},  {"Ne", 20.180}, {"Na", 22.990}, {"Mg", 24.305},
    {"Al", 26.982}, {"Si", 28.085}, {"P", 30.974},  {"S", 32.06},   {"Cl", 35.45},  {"Ar", 39.95},
    {"K", 39.098},  {"Ca", 40.078}, {"Sc", 44.956}, {"Ti", 47.867}, {"V", 50.942},  {"Cr", 51.996},
    {"Mn", 54.938}, {"Fe", 55.845}, {"Co", 58.933}, {"Ni", 58.693}, {"Cu", 63.546}, {"Zn", 65.38},
    {"Ga", 69.723}, {"Ge", 72.630}, {"As", 74.922}, {"Se", 78.971}, {"Br", 79.904}, {"Kr", 83.798},
    {"Rb", 85.468}, {"Sr", 87.62},  {"Y", 88.906},  {"Zr", 91.224}, {"Nb", 92.906}, {"Mo", 95.95},
    {"Ru", 101.07}, {"Rh", 102.91}, {"Pd", 106.42}, {"Ag", 107.87}, {"Cd", 112.41}, {"In", 114.82},
    {"Sn", 118.71}, {"Sb", 121.76}, {"Te", 127.60}, {"I", 126.90},  {"Xe", 131.29}, {"Cs", 132.91},
    {"Ba", 137.33}, {"La", 138.91}, {"Ce", 140.12}, {"Hf", 178.49}, {"Ta", 180.95}, {"W", 183.84},
    {"Re", 186.21}, {"Os", 190.23}, {"Ir", 192.22}, {"Pt", 195.08}, {"Au", 196.97}, {"Hg", 200.59},
    {"Tl", 204.38}, {"Pb", 207.2},  {"Bi", 208.98},
};
enum { ELEMENTS = sizeof elements / sizeof *elements };

static double weight_of(const char *symbol) {
  for (int i = 0; i < ELEMENTS; i++)
    if (strcmp(elements[i].symbol, symbol) == 0) return elements[i].weight;
  return 0;
}

typedef struct {
  const char *whole, *at;
  int depth;
} Reader;

static DavyError wrong(const Reader *reader, const char *expected) {
  return DavyFail(DAVY_ERR_VALUE, "formula %.60s: at \"%.12s\": expected %s", reader->whole,
                  reader->at, expected);
}

static DavyError add(const Reader *reader, DavyFormula *formula, const char *symbol,
                     double amount) {
  size_t i = 0;
  while (i < formula->count && strcmp(formula->part[i].symbol, symbol)) i++;
  if (i == DAVY_FORMULA_PARTS) return wrong(reader, "fewer elements");
  if (i == formula->count) {
    snprintf(formula->part[i].symbol, sizeof formula->part[i].symbol, "%s", symbol);
    formula->part[formula->count++].amount = 0;
  }
  formula->part[i].amount += amount;
  return DAVY_OK;
}

/* The number behind an element or a bracket; 1 if there is none. */
static DavyError read_amount(Reader *reader, double *amount) {
  *amount = 1;
  if (!isdigit((unsigned char)*reader->at) && *reader->at != '.') return DAVY_OK;
  size_t length = strspn(reader->at, "0123456789.");
  const char *end = davy_parse_double(reader->at, reader->at + length, '.', amount);
  if (end != reader->at + length || !(*amount > 0) || *amount > 1e4)
    return wrong(reader, "a number above 0 and at most 10000");
  reader->at = end;
  return DAVY_OK;
}

static DavyError read_element(Reader *reader, DavyFormula *formula) {
  char symbol[3] = {reader->at[0]};
  double amount;
  if (*symbol && islower((unsigned char)reader->at[1])) symbol[1] = reader->at[1];
  if (!(weight_of(symbol) > 0)) return wrong(reader, "the symbol of an element");
  reader->at += strlen(symbol);
  DAVY_TRY(read_amount(reader, &amount));
  return add(reader, formula, symbol, amount);
}

static DavyError read_group(Reader *reader, DavyFormula *formula);

static DavyError read_bracket(Reader *reader, DavyFormula *formula) {
  DavyFormula inner = {0};
  double amount;
  if (++reader->depth > 8) return wrong(reader, "at most eight brackets in each other");
  reader->at++;
  DAVY_TRY(read_group(reader, &inner));
  if (*reader->at != ')') return wrong(reader, "a closing bracket");
  reader->at++;
  reader->depth--;
  DAVY_TRY(read_amount(reader, &amount));
  for (size_t i = 0; i < inner.count; i++)
    DAVY_TRY(add(reader, formula, inner.part[i].symbol, amount * inner.part[i].amount));
  return DAVY_OK;
}

static DavyError read_group(Reader *reader, DavyFormula *formula) {
  do {
    DAVY_TRY(*reader->at == '(' ? read_bracket(reader, formula) : read_element(reader, formula));
  } while (*reader->at && *reader->at != ')');
  return DAVY_OK;
}

DavyError DavyFormulaRead(const char *text, DavyFormula *formula) {
  Reader reader = {text, text, 0};
  *formula = (DavyFormula){0};
  DAVY_TRY(read_group(&reader, formula));
  return *reader.at ? wrong(&reader, "an element") : DAVY_OK;
}

double DavyFormulaAmount(const DavyFormula *formula, const char *symbol) {
  for (size_t i = 0; i < formula->count; i++)
    if (strcmp(formula->part[i].symbol, symbol) == 0) return formula->part[i].amount;
  return 0;
}

double DavyFormulaAtoms(const DavyFormula *formula) {
  double atoms = 0;
  for (size_t i = 0; i < formula->count; i++) atoms += formula->part[i].amount;
  return atoms;
}

double DavyFormulaMolarMass(const DavyFormula *formula) {
  double mass = 0;
  for (size_t i = 0; i < formula->count; i++)
    mass += formula->part[i].amount * weight_of(formula->part[i].symbol) * 1e-3;
  DavyCite("prohaska2022", "atomic weights");
  return mass;
}
