# What `cmake --install` puts where; docs/installation.md tells the rest.
include(GNUInstallDirs)
foreach(unit fairgate fairgate-agent)
  configure_file(${PROJECT_SOURCE_DIR}/packaging/${unit}.service.in ${PROJECT_BINARY_DIR}/packaging/${unit}.service @ONLY)
endforeach()

install(TARGETS fairgate RUNTIME)
# systemd looks below /usr/lib and /usr/local/lib, whatever the architecture's own folder is.
install(FILES ${PROJECT_BINARY_DIR}/packaging/fairgate.service ${PROJECT_BINARY_DIR}/packaging/fairgate-agent.service
  DESTINATION lib/systemd/system)
install(FILES ${PROJECT_SOURCE_DIR}/packaging/fairgate.sysusers DESTINATION lib/sysusers.d RENAME fairgate.conf)
install(FILES packaging/fairgate.toml packaging/fairgate.schema.json DESTINATION ${CMAKE_INSTALL_DATADIR}/fairgate)
install(DIRECTORY packaging/fail2ban DESTINATION ${CMAKE_INSTALL_DATADIR}/fairgate)  # docs/firewall.md
install(DIRECTORY docs/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES packaging/completion/fairgate.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME fairgate)
install(FILES packaging/completion/_fairgate DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES packaging/completion/fairgate.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
