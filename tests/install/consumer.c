/* Uses davy as an installed library: makes a record in memory, analyses it, prints one number. */
#include <stdio.h>
#include <davy/davy.h>

static DavyError run(void) {
  static const char bdf[] = "test_time_second,voltage_volt,current_ampere\n"
                            "0,0.01,0\n1,-0.05,-1e-3\n3601,-0.05,-1e-3\n3602,0.05,1e-3\n"
                            "7202,0.05,1e-3\n";
  DavyRecord *record = NULL;
  DavyAnalysis *analysis = NULL;
  DavyCellInfo cell = DavyCellInfoDefault();
  DavyError error = DAVY_OK;
  DAVY_GUARD(DavyRecordReadMemory(bdf, sizeof bdf - 1, NULL, &record));
  DAVY_GUARD(DavyAnalyse(record, &cell, &analysis));
  printf("%zu rows, %zu cycle(s)\n", DavyRecordRows(record),
         DavyTableRows(DavyAnalysisTable(analysis, "cycles")));
done:
  if (error) fprintf(stderr, "%s\n", DavyErrorMessage());
  DavyAnalysisDestroy(&analysis);
  DavyRecordDestroy(&record);
  return error;
}

int main(void) {
  return DavyErrorExit(run());
}
