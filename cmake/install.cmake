# What `cmake --install` puts where: program, library, headers, data, pkg-config file, CMake package.
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/davy)

install(TARGETS davy RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
if(DAVY_INTERFACE)
  install(TARGETS davy_interface LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
endif()
install(TARGETS davy_library EXPORT davyTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/davy DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY data DESTINATION ${CMAKE_INSTALL_DATADIR}/davy)
install(EXPORT davyTargets NAMESPACE davy:: DESTINATION ${package_dir})

configure_package_config_file(cmake/davyConfig.cmake.in ${CMAKE_BINARY_DIR}/davyConfig.cmake
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/davyConfigVersion.cmake
                                 COMPATIBILITY SameMajorVersion)
install(FILES ${CMAKE_BINARY_DIR}/davyConfig.cmake ${CMAKE_BINARY_DIR}/davyConfigVersion.cmake
        cmake/dependencies.cmake DESTINATION ${package_dir})

# The prefix is known only at install time: the .pc file is made then.
set(pc_in ${PROJECT_SOURCE_DIR}/cmake/davy.pc.in)
set(pc_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(CODE "
  set(PROJECT_DESCRIPTION \"${PROJECT_DESCRIPTION}\")
  set(PROJECT_VERSION ${PROJECT_VERSION})
  set(CMAKE_INSTALL_LIBDIR ${CMAKE_INSTALL_LIBDIR})
  set(CMAKE_INSTALL_INCLUDEDIR ${CMAKE_INSTALL_INCLUDEDIR})
  configure_file(${pc_in} \"\${CMAKE_INSTALL_PREFIX}/${pc_dir}/davy.pc\" @ONLY)")
