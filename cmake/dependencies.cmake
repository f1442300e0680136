# Libraries from Debian (the packages are listed in tools/packages.txt).
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-0.1)
pkg_check_modules(ZIP REQUIRED IMPORTED_TARGET libzip)
pkg_check_modules(ZLIB REQUIRED IMPORTED_TARGET zlib)
pkg_check_modules(EXPAT REQUIRED IMPORTED_TARGET expat)
pkg_check_modules(GSL REQUIRED IMPORTED_TARGET gsl)
pkg_check_modules(CRYPTO REQUIRED IMPORTED_TARGET libcrypto)

find_path(UDUNITS2_INCLUDE udunits2.h REQUIRED)
find_library(UDUNITS2_LIBRARY udunits2 REQUIRED)

# IDAS alone: IDA and IDAS export the same names.
find_path(SUNDIALS_INCLUDE idas/idas.h REQUIRED)
foreach(part idas nvecserial)
  find_library(SUNDIALS_${part} sundials_${part} REQUIRED)
  list(APPEND SUNDIALS_LIBRARIES ${SUNDIALS_${part}})
endforeach()

find_path(SPGLIB_INCLUDE spglib.h REQUIRED)
find_library(SPGLIB_LIBRARY symspg REQUIRED)

# The interface engine alone: PETSc with hypre, p4est (which brings no .pc file), MPI, and HDF5 in
# the flavour that PETSc links.
if(DAVY_INTERFACE)
  find_package(MPI REQUIRED COMPONENTS C)
  pkg_check_modules(PETSC REQUIRED IMPORTED_TARGET PETSc)
  pkg_check_modules(HDF5 REQUIRED IMPORTED_TARGET hdf5-openmpi)
  find_path(P4EST_INCLUDE p4est.h REQUIRED)
  find_library(P4EST_LIBRARY p4est REQUIRED)
  find_library(SC_LIBRARY sc REQUIRED)
endif()

if(DAVY_TESTS)
  pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)
endif()
