@echo off
rem Double click: sets up what is needed and opens the planner. Chay lan dau can mang va Python 3.11 tro len.
rem   coopsim.cmd report | planner | lab | test
setlocal
cd /d "%~dp0"
set "VERB=%~1"
if "%VERB%"=="" (set "VERB=planner") else (shift)
where py >nul 2>nul && (set "PY=py -3") || (set "PY=python")
%PY% scripts\bootstrap.py %VERB% %1 %2 %3 %4 %5 %6 %7 %8 %9
if errorlevel 1 pause
