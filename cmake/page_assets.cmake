# Turns text files into C: cmake -DOUTPUT=x.c "-DASSETS=name=file;..." -P page_assets.cmake
# Each file becomes `const Asset page_asset_NAME` of src/report/page.h.
set(code "/* Made by cmake/page_assets.cmake. */\n#include \"report/page.h\"\n")
foreach(asset ${ASSETS})
  string(REGEX MATCH "^([^=]+)=(.*)$" matched "${asset}")
  set(name ${CMAKE_MATCH_1})
  file(READ "${CMAKE_MATCH_2}" hex HEX)
  string(LENGTH "${hex}" digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
  string(APPEND code "static const char ${name}[] = {${bytes}0};\n"
                     "const Asset page_asset_${name} = {${name}, ${size}};\n")
endforeach()
file(WRITE "${OUTPUT}" "${code}")
